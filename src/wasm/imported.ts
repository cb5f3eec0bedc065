// Takes the place of module.ts where bytes may not be compiled, but a .wasm file can be imported:
// see rolldown.config.js.
import module from './kernels.wasm';
import { asKernels } from './seal.js';

/** The imported kernels, all of them. Throws if the import has given anything but a module of them. */
export function compileKernels(): WebAssembly.Module {
  return asKernels(module, 'expected the import of kernels.wasm');
}

/** These kernels are for memory that is not shared. */
export const compileShared = undefined;
