// How losses, accumulators, engines and arenas show themselves to console.log in Node, Bun and Deno.

/** The name of the method that it calls for the text. */
export const INSPECT: unique symbol = /* @__PURE__ */ Symbol.for('nodejs.util.inspect.custom');

/** What that method is given beside a depth: the caller's options, and what makes text of a value. */
export type Inspect = (value: unknown, options: object) => string;

/**
 * Gives an object the method. (For classes of which a bundle may have no use: one with a computed name
 * would always stay in it.)
 */
export function setInspect(
  object: object,
  text: (options: object, inspect: Inspect) => string,
): void {
  const value = (_depth: number, options: object, inspect: Inspect) => text(options, inspect);
  Object.defineProperty(object, INSPECT, { value, configurable: true });
}
