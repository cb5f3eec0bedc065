// What `lossmeter/bare` exports: the same engines, but without embedded kernels. For programs that
// serve or import lossmeter/kernels.wasm, and give it to createEngine.
export { createEngine } from './engine.js';
export { measure } from './measure.js';
export { createArena } from './wasm/arena.js';
