// @ts-check
// All figures: each in both languages and both themes.
import { binary } from './binary.mjs';
import { both } from './both.mjs';
import { errors } from './errors.mjs';
import { models } from './models.mjs';
import { slopes } from './slopes.mjs';
import { svg } from './svg.mjs';
import { texts } from './texts.mjs';
import { themes } from './themes.mjs';

const drawings = { slopes, errors, binary, models, both };

/** @param {import('./data.mjs').Library} library @returns {{ file: string, svg: string }[]} */
export function figures(library) {
  return Object.entries(drawings).flatMap(([name, draw]) =>
    Object.entries(texts).flatMap(([language, words]) =>
      Object.entries(themes).map(([theme, colors]) => ({
        file: `${name}.${language}.${theme}.svg`,
        svg: svg(
          draw(library, words, colors),
          words[/** @type {keyof typeof drawings} */ (name)],
          words.language,
          colors,
        ),
      })),
    ),
  );
}
