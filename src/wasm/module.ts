import { base64 } from './bytes.js';

/** An instance's exports, as the compiler cannot know them. */
export type Exports = Readonly<Record<string, (...args: number[]) => number>>;

let compiled: WebAssembly.Module | undefined;

/** The embedded kernels, compiled once. Throws where WebAssembly or SIMD is missing or forbidden. */
export function compileKernels(): WebAssembly.Module {
  compiled ??= compile(decode(base64));
  return compiled;
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    // An engine that is too old complains of some byte; what is forbidden is valid all the same.
    if (WebAssembly.validate(bytes)) throw error;
    throw new Error(`its SIMD is not supported (${(error as Error).message})`, { cause: error });
  }
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
