import { base64 } from './bytes.js';

/** An instance's exports, as the compiler cannot know them. */
export type Exports = Readonly<Record<string, (...args: number[]) => number>>;

let compiled: WebAssembly.Module | undefined;

/** The embedded kernels, compiled once. Throws where WebAssembly is missing or forbidden. */
export function compileKernels(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(decode(base64));
  return compiled;
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
