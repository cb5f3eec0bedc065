// What `lossmeter/bare` exports: engines without embedded kernels, for programs that serve or import
// lossmeter/kernels.wasm and give it to `createEngine`.
export { createEngine } from './engine.js';
export { bfloat16, float16 } from './float16.js';
export { groupedAccumulator } from './grouped-accumulator.js';
export type * from './index.js';
export { accumulator } from './joint-accumulator.js';
export { measure } from './measure.js';
export { createArena } from './wasm/arena.js';
