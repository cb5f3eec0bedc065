// Takes the place of module.ts where no kernels are embedded: see rolldown.config.js.

/** Throws: the kernels are the `module` that `createEngine` was given, or there are none. */
export function compileKernels(): never {
  throw new Error('no kernels are embedded in lossmeter/bare: createEngine takes them as module');
}

/** These kernels are for memory that is not shared. */
export const compileShared = undefined;
