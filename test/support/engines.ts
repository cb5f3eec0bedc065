import { createEngine, type Engine } from '../../src/index.js';

/** One engine for each backend. */
export const engines: readonly {
  readonly backend: 'js' | 'wasm' | 'auto';
  readonly engine: Engine;
}[] = [
  { backend: 'js', engine: createEngine({ backend: 'js' }) },
  { backend: 'wasm', engine: createEngine({ backend: 'wasm' }) },
  { backend: 'auto', engine: createEngine({ backend: 'auto' }) },
];
