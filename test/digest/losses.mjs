// Which losses of the table, with which options, are asked together.
import { losses, pairKinds, rowKinds } from '../losses/losses.mjs';

/**
 * @typedef {readonly [name: string, options: import('../losses/losses.mjs').OptionSet]} LossWithOptions
 *
 * @typedef {object} Family losses that take the same arrays
 * @property {string} name
 * @property {import('../losses/losses.mjs').Shape} shape
 * @property {readonly LossWithOptions[]} losses
 * @property {Readonly<Record<string, import('../losses/pairs.mjs').MakePair>>} [pairs]
 * @property {Readonly<Record<string, import('../losses/rows.mjs').MakeRow>>} [rows]
 */

/** @type {Readonly<Record<import('../losses/losses.mjs').Shape, string>>} */
const TITLES = {
  single: 'binary losses',
  dense: 'categorical losses',
  sparse: 'sparse categorical losses',
};

/** @type {readonly Family[]} */
export const families = familiesOf();

function familiesOf() {
  /** @type {Map<string, Family>} */
  const byName = new Map();
  for (const { name, shape, families } of losses) {
    for (const { domain, sets } of families) {
      const title = domain === 'reals' ? 'losses of numbers' : `${TITLES[shape]} of ${domain}`;
      const made = sets.map((options) => /** @type {const} */ ([name, options]));
      byName.set(title, {
        name: title,
        shape,
        losses: [...(byName.get(title)?.losses ?? []), ...made],
        ...(domain === 'reals' || shape === 'single'
          ? { pairs: pairKinds[domain] }
          : { rows: rowKinds[domain] }),
      });
    }
  }
  return [...byName.values()];
}

/** @param {LossWithOptions} lossWithOptions */
export function nameOf([loss, options]) {
  return [loss, ...Object.keys(options)].join(' ');
}

/**
 * Makes an engine's losses, each once for a number of classes: checking the weights of a thousand
 * classes takes longer than a call.
 *
 * @param {Record<string, any>} engine
 * @returns {(loss: LossWithOptions, classes: number | undefined) => any} classes is undefined for losses
 *   of pairs
 */
export function lossesOf(engine) {
  /** @type {Map<string, any>} */
  const made = new Map();
  return (loss, classes) => {
    const key = JSON.stringify([loss, classes]);
    if (!made.has(key)) made.set(key, make(engine, loss, classes));
    return made.get(key);
  };
}

/**
 * @param {Record<string, any>} engine
 * @param {LossWithOptions} lossWithOptions
 * @param {number | undefined} classes
 */
function make(engine, [name, options], classes) {
  if (classes === undefined) return engine[name].with(options);
  const { classWeight, ...others } = options;
  // Eighths from 0 to 2.
  const weights = Array.from({ length: classes }, (_, k) => ((5 * k + 3) % 17) / 8);
  return engine[name].with({
    ...others,
    classes,
    ...(classWeight === undefined ? {} : { classWeight: weights }),
  });
}
