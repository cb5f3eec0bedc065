/** The frame of the page: its sections, language, theme, and which backend computes. */
import { find, h, setAttribute } from './dom';
import { choice, engine } from './engine';
import { redrawFigures } from './figures';
import { type Key, type Language, language, markLanguage, setLanguage, t } from './language';
import { binary } from './play/binary';
import { categorical } from './play/categorical';
import { regression } from './play/regression';
import { markTheme, onSystemTheme, setTheme, THEMES, theme } from './theme';
import { obstacleTo } from './threads';
import type { View } from './view';

interface Section {
  readonly name: Key & string;
  /** What only some visitors open is fetched when they do. */
  readonly open: () => View | Promise<View>;
}

const SECTIONS: readonly Section[] = [
  { name: 'regression', open: regression },
  { name: 'binary', open: binary },
  { name: 'categorical', open: categorical },
  { name: 'data', open: async () => (await import('./data/panel')).data() },
  { name: 'measure', open: async () => (await import('./measure/panel')).measure() },
];

const LANGUAGES: readonly (readonly [Language, string])[] = [
  ['en', 'English'],
  ['zh', '中文'],
];

/** For the first paint, in milliseconds. */
const LONGEST_WAIT = 2000;

const page = find<HTMLElement>(document, '#page');
let view: View | undefined;
/** Counts what was asked for: a section that arrives too late is not shown. */
let visit = 0;

function section(): Section {
  const name = location.hash.slice(1);
  const found = SECTIONS.find((one) => one.name === name) ?? SECTIONS[0];
  if (found === undefined) throw new Error('there are no sections');
  return found;
}

function navigation(): HTMLElement {
  return h(
    'nav',
    { 'aria-label': t('sections') },
    ...SECTIONS.map(({ name }) => h('a', { href: `#${name}` }, t(name))),
  );
}

function languageSwitch(): HTMLElement {
  return h(
    'div',
    { class: 'languages', role: 'group', 'aria-label': t('language') },
    ...LANGUAGES.map(([code, name]) =>
      h(
        'button',
        {
          type: 'button',
          lang: code,
          'aria-pressed': String(code === language()),
          onclick: () => {
            setLanguage(code);
            frame();
            find<HTMLElement>(page, `.languages [lang=${code}]`).focus();
          },
        },
        name,
      ),
    ),
  );
}

function themeMenu(): HTMLElement {
  const select = h(
    'select',
    { 'aria-label': t('theme'), class: 'theme' },
    ...THEMES.map((name) => h('option', { value: name }, t(name))),
  );
  select.value = theme();
  select.addEventListener('change', () => {
    const chosen = THEMES[select.selectedIndex];
    if (chosen !== undefined) setTheme(chosen);
    redrawFigures();
  });
  return select;
}

/** Which backend computes, and why, and a link to the other. */
function backendNote(): HTMLElement {
  const { backend, fallbackReason } = engine();
  const why =
    backend === 'wasm'
      ? t('backendWasm')
      : t(fallbackReason === undefined ? 'backendJsAsked' : 'backendJsFallback');
  const other = new URL(location.href);
  if (choice === 'js') other.searchParams.delete('backend');
  else other.searchParams.set('backend', 'js');
  const link = h('a', { href: other.href }, t(choice === 'js' ? 'tryAuto' : 'tryJs'));
  // The section may have changed by the time that it is followed.
  link.addEventListener('click', () => {
    other.hash = location.hash;
    link.href = other.href;
  });
  const details = h(
    'details',
    { class: 'backend' },
    h(
      'summary',
      {},
      h('span', { class: 'what' }, t('backend')),
      h('strong', { 'data-backend': backend }, t(backend === 'wasm' ? 'wasmShort' : 'jsShort')),
    ),
    h(
      'div',
      { class: 'popover' },
      h('p', {}, why),
      fallbackReason === undefined
        ? undefined
        : h('p', {}, h('code', { lang: 'en' }, fallbackReason)),
      h('p', { class: 'threads' }, threadsNote(backend === 'wasm')),
      backend === 'js' && fallbackReason !== undefined ? undefined : h('p', {}, link),
    ),
  );
  details.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    details.open = false;
    find<HTMLElement>(details, 'summary').focus();
  });
  return details;
}

/** Whether large calls could be shared by all cores. */
function threadsNote(wasm: boolean): string {
  const { hardwareConcurrency: processors } = navigator;
  const isolated = crossOriginIsolated;
  return wasm && isolated && processors > 1
    ? t('threadsPossible', processors)
    : t(obstacleTo({ wasm, isolated, processors }));
}

async function show() {
  visit += 1;
  const mine = visit;
  const { name, open } = section();
  for (const link of page.querySelectorAll('nav a')) {
    setAttribute(link, 'aria-current', link.getAttribute('href') === `#${name}` ? 'page' : false);
  }
  const next = await openOr(open);
  if (mine !== visit) {
    next.close?.();
    return;
  }
  view?.close?.();
  view = next;
  find(page, 'main').replaceChildren(next.element);
  document.title = `${t(name)} · lossmeter`;
}

/** A section, or what there is to say if it cannot be fetched. */
async function openOr(open: Section['open']): Promise<View> {
  try {
    return await open();
  } catch {
    return { element: h('p', { role: 'alert', class: 'alert' }, t('sectionMissing')) };
  }
}

/** All of it, in the current language. */
function frame() {
  markLanguage();
  const main = h('main', { id: 'content', tabindex: -1 });
  page.replaceChildren(
    h('a', { class: 'skip', href: '#content', onclick: (event) => skipTo(main, event) }, t('skip')),
    h(
      'header',
      { class: 'top' },
      h('div', { class: 'brand' }, h('h1', {}, 'lossmeter'), h('p', {}, t('tagline'))),
      h('div', { class: 'tools' }, backendNote(), languageSwitch(), themeMenu()),
      navigation(),
    ),
    main,
    h('footer', {}, h('p', {}, t('footer'))),
  );
  void show();
}

function skipTo(main: HTMLElement, event: Event) {
  event.preventDefault();
  main.focus();
}

/** Once something is on the screen; after a while in any case, as in a tab that nobody looks at. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    new PerformanceObserver(() => resolve()).observe({ type: 'paint', buffered: true });
    setTimeout(resolve, LONGEST_WAIT);
  });
}

markTheme(theme());
onSystemTheme(redrawFigures);
addEventListener('pointerdown', ({ target }) => {
  const note = page.querySelector<HTMLDetailsElement>('.backend[open]');
  if (note !== null && !(target instanceof Node && note.contains(target))) note.open = false;
});
addEventListener('hashchange', () => void show());
// What is in index.html is shown first; compiling the kernels comes after that.
void painted().then(frame);
