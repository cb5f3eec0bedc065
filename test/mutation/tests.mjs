// Which tests a mutant of a file is to be killed by: those that are about it, the fast ones first.

/** What every part of a call takes part in. */
const CALLS = ['worked-examples', 'masked-inputs', 'long-rows', 'options', 'errors'];

/** What arrays of all kinds take part in. */
const ARRAYS = ['nearly-arrays', 'half-floats', 'int64', 'user-code'];

/** What is made of the losses of samples. */
const DERIVED = ['out', 'weights', 'gradients', 'zero-weights'];

/** Patterns of files below src/, each with tests of test/; the first that fits counts. */
// biome-ignore format: a table
export const tests = /** @type {const} */ ([
  [/^(accumulat(or|ion)|state|staged)\.ts$/, ['accumulator-errors', 'accumulator-object', 'printing', 'errors', 'joint-accumulator', 'streams', 'states', 'parts', 'merge', 'measure', 'accumulator']],
  [/^(inspect|hidden|loss-text)\.ts$/, ['printing', 'accumulator-object', 'states']],
  [/^(predictions|sample-kind)\.ts$/, ['accumulator-errors', 'accumulator-object', 'worked-examples', 'masked-inputs', 'joint-accumulator', 'states', 'grouped-accumulator']],
  [/^joint-accumulator\.ts$/, ['printing', 'streams', 'joint-accumulator']],
  [/^(groups|grouped-.+|keys)\.ts$/, ['printing', 'streams', 'grouped-accumulator']],
  [/^stream\.ts$/, ['joint-accumulator', 'streams', 'grouped-accumulator']],
  [/^threads\/(course|descriptor|job|worth)\.ts$/, ['threads-course']],
  [/^threads\/(board|engage|parallelism|spawn|told)\.ts$/, ['threads-parts']],
  [/^threads\/pool\.ts$/, ['threads-parts', 'threads']],
  [/^together\.ts$/, ['joint-accumulator', 'threads-course']],
  [/^gather\.ts$/, ['worked-examples', 'check', 'errors', 'half-floats']],
  [/^measure\.ts$/, ['errors', 'measure']],
  [/^running-sum\.ts$/, ['running-sum', 'worked-examples', 'merge']],
  [/^(brief|loss)\.ts$/, [...CALLS, 'brief', 'few', 'printing', 'out']],
  [/^call\.ts$/, [...CALLS, 'brief', 'few', 'weights', 'user-code', 'parts']],
  [/^(kept|means|results|sums)\.ts$/, [...CALLS, 'aliased-out', 'out', 'weights', 'zero-weights', 'merge']],
  [/^(backends|engine)\.ts$/, ['printing', 'arena-room', 'arena', 'kernels', 'errors', 'backends']],
  [/^wasm\//, ['worked-examples', 'arena-room', 'arena', 'lanes', 'kernels', 'half-floats', 'int64', 'out']],
  [/^exotic\.ts$/, [...CALLS, ...ARRAYS, 'aliased-out', 'out', 'buffers']],
  [/^(argument|arrays|float16|half|int64|nearly-arrays|ordinary|validate)\.ts$/, [...CALLS, 'brief', 'aliased-out', ...ARRAYS]],
  [/^losses\/(definitions|domain|options)\.ts$/, ['option-values', ...CALLS, 'printing', 'clip']],
  [/^losses\/.*(logits|softmax)/, [...CALLS, ...DERIVED, 'infinite-logits', 'combinations']],
  [/^losses\//, [...CALLS, ...DERIVED, 'check', 'clip', 'combinations']],
  [/./, [...CALLS, 'printing', 'running-sum', 'parts']],
]);
