// Other libraries' results as calls of this one.
import type { PlainNumbers as Numbers } from '../../src/arrays.js';
import type { Engine } from '../../src/index.js';

/** A call, and what it must come to. */
export interface Case {
  readonly id: string;
  readonly loss: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly verb: string;
  /** Options of the call. */
  readonly call: Readonly<Record<string, () => unknown>>;
  readonly yTrue: () => Numbers;
  readonly yPred: () => Numbers;
  /** What is done to the result before it is compared. */
  readonly after?: ((result: readonly number[]) => readonly number[]) | undefined;
  readonly expected: readonly number[];
  readonly rtol: number;
  readonly atol: number;
}

interface AnyLoss {
  readonly with: (options: object) => AnyLoss;
  readonly [verb: string]: unknown;
}

/** The result as a list, as many as are expected. */
export function run(
  engine: Engine,
  { loss, options, verb, call, ...rest }: Case,
): readonly number[] {
  const plain = (engine as unknown as Readonly<Record<string, AnyLoss | undefined>>)[loss];
  if (plain === undefined) throw new Error(`no loss ${loss}`);
  const set = Object.keys(options).length === 0 ? plain : plain.with(options);
  if (typeof set[verb] !== 'function') throw new Error(`no verb ${verb}`);
  const named = Object.fromEntries(Object.entries(call).map(([name, make]) => [name, make()]));
  const result: unknown = set[verb](rest.yTrue(), rest.yPred(), named);
  const list = typeof result === 'number' ? [result] : Array.from(result as ArrayLike<number>);
  return (rest.after?.(list) ?? list).slice(0, rest.expected.length);
}

/** The first number that is too far from what is expected, in words. */
export function mismatch(
  got: readonly number[],
  { expected, rtol, atol }: Case,
): string | undefined {
  if (got.length !== expected.length) return `${got.length} numbers instead of ${expected.length}`;
  const i = expected.findIndex(
    (value, k) =>
      !Object.is(value, got[k]) && !(Math.abs(got[k] - value) <= atol + rtol * Math.abs(value)),
  );
  return i < 0 ? undefined : `[${i}] is ${got[i]} instead of ${expected[i]}`;
}
