// Everything that can be asked of a loss.

import { nameOf } from './losses.mjs';

/**
 * @typedef {Readonly<Record<string, unknown>>} CallOptions of a call; `sampleWeight: true` and
 *   `out: true` stand for arrays laid out for the call, `out: 'yPred'` for writing over an input
 *
 * @typedef {any} Numbers a typed array, or an array of numbers
 * @typedef {any} Loss one of the library's
 *
 * @typedef {object} Call the arrays of a call, which it may write over
 * @property {Numbers} yTrue
 * @property {Numbers} yPred
 * @property {Numbers} sampleWeight one for each sample
 * @property {(n: number) => Numbers} out room for a result, of the type of yPred
 * @property {(array: Numbers, from: number, to: number) => Numbers} part some elements of an array
 *
 * @typedef {object} Question
 * @property {string} name
 * @property {boolean} isPlain whether it is without options: asked for data of every size
 * @property {readonly import('./losses.mjs').LossWithOptions[]} losses
 * @property {(losses: readonly Loss[], call: Call) => readonly (number | Numbers)[]} ask
 */

const sampleWeight = true;

/** @type {readonly (readonly [verb: string, options: CallOptions])[]} */
const verbs = [
  ['mean', {}],
  ['mean', { sampleWeight }],
  ['mean', { sampleWeight, denominator: 'nonzero' }],
  ['sum', {}],
  ['sum', { sampleWeight }],
  ['perSample', {}],
  ['perSample', { out: true }],
  ['perSample', { sampleWeight, out: 'yPred' }],
  ['gradient', {}],
  ['gradient', { sampleWeight, out: 'yPred' }],
  ['valueAndGradient', {}],
  ['valueAndGradient', { reduction: 'sum', sampleWeight, out: true }],
  ['accumulator', {}],
  ['accumulator', { sampleWeight, denominator: 'count' }],
];

/** @type {readonly CallOptions[]} */
const measurements = [{}, { reduction: 'sum' }, { sampleWeight }];

/**
 * Each verb of each of a family's losses, and all of its losses at once.
 *
 * @param {import('./losses.mjs').Family} family
 * @param {import('./digest.mjs').Library} library
 * @returns {Question[]}
 */
export function questionsOf({ name, losses }, { measure, accumulator, groupedAccumulator }) {
  return [
    ...losses.flatMap((loss) =>
      verbs.map(([verb, options]) => ({
        name: `${nameOf(loss)} | ${callName(verb, options)}`,
        isPlain: isEmpty(options),
        losses: [loss],
        ask: (/** @type {readonly Loss[]} */ [made], /** @type {Call} */ call) =>
          verb === 'accumulator'
            ? accumulate(made, options, call)
            : askOne(made, verb, options, call),
      })),
    ),
    ...measurements.map((options) => ({
      name: `${name} | ${callName('measure', options)}`,
      isPlain: isEmpty(options),
      losses,
      ask: (/** @type {readonly Loss[]} */ made, /** @type {Call} */ call) =>
        measure(made, call.yTrue, call.yPred, given(options, call, 0)),
    })),
    {
      name: `${name} | accumulator sampleWeight=true`,
      isPlain: false,
      losses,
      ask: (made, call) =>
        accumulate(
          { accumulator: (options) => accumulator(made, options) },
          { sampleWeight },
          call,
        ),
    },
    ...losses.map((loss) => ({
      name: `${nameOf(loss)} | groupedAccumulator sampleWeight=true`,
      isPlain: false,
      losses: [loss],
      ask: (/** @type {readonly Loss[]} */ [made], /** @type {Call} */ call) =>
        accumulateGroups(groupedAccumulator(made), call),
    })),
  ];
}

/** @param {CallOptions} options */
function isEmpty(options) {
  return Object.keys(options).length === 0;
}

/**
 * @param {string} verb
 * @param {CallOptions} options
 */
function callName(verb, options) {
  return [verb, ...Object.entries(options).map(([name, value]) => `${name}=${value}`)].join(' ');
}

/**
 * @param {Loss} loss
 * @param {string} verb
 * @param {CallOptions} options
 * @param {Call} call
 */
function askOne(loss, verb, options, call) {
  const { yTrue, yPred } = call;
  const elements = verb === 'perSample' ? call.sampleWeight.length : yPred.length;
  // Without options a call of few elements takes a way of its own.
  const result = isEmpty(options)
    ? loss[verb](yTrue, yPred)
    : loss[verb](yTrue, yPred, given(options, call, elements));
  return verb === 'valueAndGradient' ? [result.value, result.gradient] : [result];
}

/**
 * @param {CallOptions} options
 * @param {Call} call
 * @param {number} elements of the result, if it is an array
 */
function given(options, { yPred, sampleWeight, out }, elements) {
  const named = { ...options };
  if (options.sampleWeight !== undefined) named.sampleWeight = sampleWeight;
  if (options.out !== undefined) {
    const isFloat = yPred instanceof Float64Array || yPred instanceof Float32Array;
    const canBeYPred = options.out === 'yPred' && isFloat && yPred.length === elements;
    named.out = canBeYPred ? yPred : out(elements);
  }
  return named;
}

/** Samples in each update, over and over. */
const UPDATES = [1, 7, 64, 2048, 3];

/**
 * In uneven updates: all into one accumulator, once by way of JSON, and in turns into two that are
 * merged, one of them sealed and as its state.
 *
 * @param {{ readonly accumulator: (options: object) => any }} loss
 * @param {CallOptions} options
 * @param {Call} call
 */
function accumulate(loss, options, { yTrue, yPred, sampleWeight, part }) {
  const { denominator = 'weight' } = options;
  const samples = sampleWeight.length;
  let whole = loss.accumulator({ denominator });
  const parts = [0, 1].map(() => loss.accumulator({ denominator }));
  let turn = 0;
  for (let from = 0; from < samples; turn++) {
    const to = Math.min(samples, from + UPDATES[turn % UPDATES.length]);
    const cut = (/** @type {Numbers} */ array) => {
      const width = array.length / samples;
      return part(array, from * width, to * width);
    };
    const weights = options.sampleWeight === undefined ? {} : { sampleWeight: cut(sampleWeight) };
    whole.update(cut(yTrue), cut(yPred), weights);
    parts[turn % 2].update(cut(yTrue), cut(yPred), weights);
    if (turn === 1) {
      whole = loss.accumulator({ denominator, from: JSON.parse(JSON.stringify(whole)) });
    }
    from = to;
  }
  const merged = parts[0].merge(JSON.parse(JSON.stringify(parts[1].seal())));
  return [whole, merged].flatMap(({ mean, sum, count, weight }) =>
    [mean, sum, count, weight].flat(),
  );
}

/**
 * In three groups.
 *
 * @param {any} grouped
 * @param {Call} call
 */
function accumulateGroups(grouped, { yTrue, yPred, sampleWeight }) {
  const keys = Uint8Array.from({ length: sampleWeight.length }, (_, i) => (i * i) % 3);
  grouped.update(keys, yTrue, yPred, { sampleWeight });
  return [...grouped].flatMap(([key, { mean, sum, count, weight }]) => [
    key,
    mean,
    sum,
    count,
    weight,
  ]);
}
