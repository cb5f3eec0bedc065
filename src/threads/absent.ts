// Takes the place of pool.ts where no kernels are embedded, and so none for memory that threads share: see
// rolldown.config.js.

/** Never made: engage.ts knows that there can be none. */
export class Pool {}
