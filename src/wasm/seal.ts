import { describe } from '../arrays.js';
import { digest } from './bytes.js';

/**
 * A module that came from outside, if it is the kernels of this very build: those of another version
 * may have the same names and give other bits.
 */
export function asKernels(value: unknown, name: string): WebAssembly.Module {
  const seals = sealsOf(value);
  if (seals === undefined) {
    throw new TypeError(`${name} to be a WebAssembly.Module, got ${describe(value)}`);
  }
  if (!seals.includes(digest)) {
    const got = seals.length === 0 ? 'a module of something else' : 'the one of another version';
    throw new RangeError(`${name} to be this version's lossmeter/kernels.wasm, got ${got}`);
  }
  return value as WebAssembly.Module;
}

/** What assembly/embed.mjs has written into a module, also one of another realm. */
function sealsOf(value: unknown): string[] | undefined {
  try {
    const sections = WebAssembly.Module.customSections(value as WebAssembly.Module, 'lossmeter');
    return sections.map((section) => String.fromCharCode(...new Uint8Array(section)));
  } catch {
    // Not a module; and without WebAssembly, nothing is.
    return undefined;
  }
}
