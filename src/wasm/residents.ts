/** An arena that the kernels can read in place. */
export interface Resident {
  readonly memory: WebAssembly.Memory;
  /** How many threads have scratch in it; */
  readonly regions: number;
  /** and how modules are compiled for it, if it is shared. */
  readonly compile: ((module: string) => WebAssembly.Module) | undefined;
}

const residents = new WeakMap<ArrayBufferLike, Resident>();

/** The arena that an array lies in, if it does and it is WebAssembly memory. */
export function residentOf(buffer: ArrayBufferLike): Resident | undefined {
  return residents.get(buffer);
}

export function setResident(buffer: ArrayBufferLike, resident: Resident): void {
  residents.set(buffer, resident);
}
