// Which tests a mutant of a file is to be killed by: those that are about it, and fast.

/** What every part of a call takes part in. */
const CALLS = ['options', 'errors', 'worked-examples', 'out', 'weights'];

/** Patterns of files below src/, each with tests of test/; the first that fits counts. */
export const tests = /** @type {const} */ ([
  [/^(accumulator|state)\.ts$/, ['accumulator', 'errors']],
  [/^measure\.ts$/, ['measure', 'errors']],
  [/^(backends|engine)\.ts$/, ['backends', 'fallback', 'kernels', 'arena']],
  [/^wasm\//, ['backends', 'fallback', 'kernels', 'arena', 'out', 'lanes']],
  [/^(arrays|source|validate|arguments)\.ts$/, [...CALLS, 'buffers', 'user-code']],
  [/^losses\/.*(logits|softmax)/, [...CALLS, 'gradients', 'infinite-logits', 'long-rows']],
  [/^losses\//, [...CALLS, 'gradients', 'long-rows', 'combinations']],
  [/./, [...CALLS, 'gradients', 'accumulator', 'long-rows']],
]);
