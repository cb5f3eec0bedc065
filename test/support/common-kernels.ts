import { BoundKernels, type Exports } from '../../src/wasm/bound.js';
import { commonHex } from '../../src/wasm/bytes.js';
import { compileKernels } from '../../src/wasm/module.js';

/** The kernels that every loss has, on a memory: conversions among them, which have no twins. */
export function commonKernels(memory: WebAssembly.Memory): Exports {
  return new BoundKernels(memory, compileKernels).exportsOf(commonHex);
}
