interface Runtime {
  readonly getBuiltinModule?: (name: string) => unknown;
}

/** A module of Node; undefined in browsers. */
export function builtin(name: string): unknown {
  const { process } = globalThis as { readonly process?: Runtime };
  return process?.getBuiltinModule?.(name);
}
