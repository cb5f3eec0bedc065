/** Light or dark: as the system has it, unless chosen. */
import { recall, remember } from './storage';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const dark = matchMedia('(prefers-color-scheme: dark)');

export function theme(): Theme {
  const chosen = recall('theme');
  return THEMES.find((name) => name === chosen) ?? 'system';
}

export function setTheme(name: Theme): void {
  remember('theme', name);
  markTheme(name);
}

/** The style sheet does the rest. */
export function markTheme(name: Theme): void {
  if (name === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen === undefined ? dark.matches : chosen === 'dark';
}

/** Runs when the system's theme changes. */
export function onSystemTheme(changed: () => void): void {
  dark.addEventListener('change', changed);
}
