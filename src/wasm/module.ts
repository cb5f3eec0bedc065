const compiled = new Map<string, WebAssembly.Module>();

/** A module that is embedded, compiled once. Throws where WebAssembly or SIMD is missing or forbidden. */
export function compileKernels(embedded: string): WebAssembly.Module {
  let module = compiled.get(embedded);
  if (module === undefined) {
    module = compile(decode(embedded));
    compiled.set(embedded, module);
  }
  return module;
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

function decode(hex: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
