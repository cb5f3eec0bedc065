/** The drawn figures of a loss, in the page's language and theme; fetched when they are opened. */
import { h } from './dom';
import { language, t } from './language';
import { isDark } from './theme';

/** Addresses alone: the files themselves stay where they are until an image asks for them. */
const FILES = import.meta.glob<string>('../../../docs/figures/*.svg', {
  query: '?url&no-inline',
  import: 'default',
  eager: true,
});

function address(name: string): string | undefined {
  const file = `${name}.${language()}.${isDark() ? 'dark' : 'light'}.svg`;
  return Object.entries(FILES).find(([path]) => path.endsWith(`/${file}`))?.[1];
}

/** What can be opened to see them; nothing where there are none. */
export function figures(names: readonly (readonly [string, string])[]): HTMLElement | undefined {
  const there = names.flatMap(([name, alt]) => {
    const src = address(name);
    return src === undefined ? [] : [{ name, src, alt }];
  });
  if (there.length === 0) return undefined;
  const details = h('details', { class: 'figures card' }, h('summary', {}, t('figures')));
  details.addEventListener(
    'toggle',
    () => {
      const images = there.map(({ name, src, alt }) =>
        h('figure', {}, h('img', { src, alt, 'data-figure': name }), h('figcaption', {}, alt)),
      );
      details.append(h('div', { class: 'halves' }, ...images));
    },
    { once: true },
  );
  return details;
}

/** Those that are shown, in the theme that there is now. */
export function redrawFigures(): void {
  for (const image of document.querySelectorAll<HTMLImageElement>('[data-figure]')) {
    const src = address(image.dataset.figure ?? '');
    if (src !== undefined) image.src = src;
  }
}
