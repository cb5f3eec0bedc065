// How losses, accumulators, engines and arenas show themselves to console.log in Node, Bun and Deno.

/** The name of the method that it calls for the text. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom');

/** What that method is given beside a depth: the caller's options, and what makes text of a value. */
export type Inspect = (value: unknown, options: object) => string;

/** `huber`, or `huber.with({ delta: 2 })`: as it is written. */
export function lossText(
  { name, options }: { readonly name: string; readonly options: object },
  style: object,
  inspect: Inspect,
): string {
  return Object.keys(options).length === 0 ? name : `${name}.with(${inspect(options, style)})`;
}
