/** The language of the page: the one chosen, or the browser's. */
import { recall, remember } from './storage';
import { STRINGS } from './strings';

export type Language = 'en' | 'zh';
export type Key = keyof typeof STRINGS;

/** What the `lang` attribute says of each. */
const TAGS = { en: 'en', zh: 'zh-Hans' } as const;

let current: Language = initial();

function initial(): Language {
  const chosen = recall('language') ?? navigator.language;
  return chosen.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export function language(): Language {
  return current;
}

export function setLanguage(value: Language): void {
  current = value;
  remember('language', value);
}

/** Marks the document as being in the current language. */
export function markLanguage(): void {
  document.documentElement.lang = TAGS[current];
}

/** A string of the table, with `{0}`, `{1}` … filled in. */
export function t(key: Key, ...values: readonly (string | number)[]): string {
  return STRINGS[key][current === 'en' ? 0 : 1].replace(/\{(\d)\}/g, (_, i) =>
    String(values[Number(i)] ?? ''),
  );
}
