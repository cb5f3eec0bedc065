// @ts-check
// Colors and fonts. The colors of the data are those of Okabe and Ito, which the colour-blind can
// tell apart; no figure relies on them alone. The vermilion on white is darker, since it is also text.

/** @typedef {{ background: string, text: string, muted: string, grid: string, first: string, second: string, quiet: string }} Theme */

/** @type {Record<'light' | 'dark', Theme>} */
export const themes = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    muted: '#59636e',
    grid: '#dfe4ea',
    first: '#0072b2',
    second: '#bf4f00',
    quiet: '#aab4bf',
  },
  dark: {
    background: '#0d1117',
    text: '#f0f6fc',
    muted: '#9ea7b3',
    grid: '#2b323b',
    first: '#56b4e9',
    second: '#e69f00',
    quiet: '#656f7b',
  },
};

/** Those of the system first, then Chinese ones by name, where the system's have no Chinese. */
export const fonts =
  "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', 'Noto Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', 'WenQuanYi Micro Hei', 'DejaVu Sans', sans-serif";
