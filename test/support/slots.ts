// Wrong values in the places of calls where values go.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isThorough, sample } from './sample.js';
import { Mine, type Thrower, type Wrong } from './wrong.js';

/** A place where a value goes. */
export interface Slot {
  readonly name: string;
  /** What messages start with. */
  readonly call: string;
  /** The call with a value there; what it returns is not looked at. */
  readonly run: (value: unknown) => unknown;
  readonly wrong: readonly Wrong[];
  readonly throwers: readonly Thrower[];
  /** Names of values that are not wrong there. */
  readonly right?: readonly string[];
  /** How long arrays are there. */
  readonly n: number;
  readonly before: () => void;
  /** Throws if the call has left traces. */
  readonly after: () => void;
}

/** All that is an object, and has nothing in it that would be an unknown option. */
export const OPTIONLESS = [
  'a Number',
  'a Date',
  'a RegExp',
  'a Promise',
  'an Error',
  'a Map',
  'a Set',
  'a WeakRef',
  'a generator',
  'an ArrayBuffer',
  'a SharedArrayBuffer',
  'a DataView',
  'another realm’s DataView',
  'what only inherits from Float64Array',
  'a prototype of typed arrays',
  'a proxy of an object',
  'a detached Float64Array',
  'a Float64Array out of its buffer’s bounds',
];

function isDocumented(error: unknown, call: string): boolean {
  return (
    (error instanceof TypeError || error instanceof RangeError) && error.message.startsWith(call)
  );
}

/** The name of what a call has come to. */
function outcome(slot: Slot, value: unknown): string {
  slot.before();
  try {
    slot.run(value);
    return 'nothing is wrong';
  } catch (error) {
    return isDocumented(error, slot.call) ? 'an error' : `not a documented error: ${error}`;
  }
}

export function testSlots(slots: readonly Slot[]): void {
  it.each(slots.map((slot) => [slot.name, slot] as const))('%s', (_, slot) => {
    const found: string[] = [];
    for (const { name, make } of sample(slot.wrong, 8)) {
      const expected = slot.right?.includes(name) === true ? 'nothing is wrong' : 'an error';
      const got = outcome(slot, make(slot.n));
      if (got !== expected) found.push(`${name}: ${got}`);
      if (got !== 'nothing is wrong') slot.after();
    }
    for (const { name, make } of slot.throwers) {
      const mine = new Mine('mine');
      slot.before();
      try {
        slot.run(make(slot.n, mine));
        found.push(`${name}: nothing is thrown`);
      } catch (error) {
        if (error !== mine) found.push(`${name}: ${error}`);
      }
      slot.after();
    }
    expect(found).toEqual([]);
  });
}

/** Values of no kind in particular, in any of the slots. */
export function testAnything(slots: readonly Slot[]): void {
  it('anything at all anywhere', () => {
    const anything = fc.anything({
      maxDepth: 3,
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(fc.nat(slots.length - 1), anything, (i, value) => {
        const got = outcome(slots[i], value);
        expect([slots[i].name, got]).not.toContainEqual(
          expect.stringContaining('not a documented'),
        );
        if (got === 'an error') slots[i].after();
      }),
      { numRuns: isThorough ? 300 : 30 },
    );
  });
}
