// createEngine with a .wasm file that is served.
import { createEngine } from 'lossmeter';
import url from 'lossmeter/kernels.wasm?url';

export async function report() {
  const module = await WebAssembly.compileStreaming(fetch(url));
  const engine = createEngine({ backend: 'wasm', module });
  return { sum: engine.squaredError.sum([1, 2, 3], [1, 2, 5]), backend: engine.backend };
}
