// How losses, accumulators, engines and arenas show themselves to console.log in Node, Bun and Deno.

/** The name of the method that it calls for the text. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** What that method is given beside a depth: the caller's options, and what makes text of a value. */
export type Inspect = (value: unknown, options: object) => string;
