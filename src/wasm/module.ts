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

const compiledShared = /* @__PURE__ */ new Map<string, WebAssembly.Module>();

/** The same module for a memory that threads share. */
export function compileShared(embedded: string): WebAssembly.Module {
  let module = compiledShared.get(embedded);
  if (module === undefined) {
    module = compile(importingShared(decode(embedded)));
    compiledShared.set(embedded, module);
  }
  return module;
}

/** The section of imports, in a module. */
const IMPORTS = 2;
/** How the last of them ends: a memory, not shared, of 7 pages or more; */
const UNSHARED = [2, 0, 7];
/** and how, where it is shared: of at most 65,536 pages, because then there must be a limit. */
const SHARED = [2, 3, 7, 0x80, 0x80, 4];

/** The bytes of a module, with the one change that a shared memory asks for. */
function importingShared(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  // Behind 8 bytes, sections: a number, a length, that many bytes.
  let at = 8;
  for (;;) {
    const section = bytes[at];
    let start = at + 1;
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[start++];
      length |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    const end = start + length;
    if (section === IMPORTS) {
      const kept = end - UNSHARED.length;
      // (Both lengths take one byte.)
      const added = SHARED.length - UNSHARED.length;
      const head = [...bytes.subarray(0, at + 1), length + added];
      return Uint8Array.of(
        ...head,
        ...bytes.subarray(start, kept),
        ...SHARED,
        ...bytes.subarray(end),
      );
    }
    at = end;
  }
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
