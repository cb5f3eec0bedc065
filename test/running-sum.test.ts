// Sums of block totals: exact, so that neither order nor grouping shows in any bit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotient, RunningSum } from '../src/running-sum.js';
import { seeded } from './losses/numbers.mjs';

type Total = readonly [value: number, remainder: number];

const view = new DataView(new ArrayBuffer(8));

/** A finite float64 in units of 2^−1074, by its bits. */
function unitsOf(x: number): bigint {
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const digits = bits & (2n ** 52n - 1n);
  const size = exponent === 0n ? digits : (digits | (2n ** 52n)) << (exponent - 1n);
  return x < 0 ? -size : size;
}

/** The nearest float64, by its bits: the larger of two with an even last digit. */
function nearestTo(units: bigint): number {
  const size = units < 0n ? -units : units;
  const excess = BigInt(Math.max(0, size.toString(2).length - 53));
  const half = excess === 0n ? 0n : 1n << (excess - 1n);
  let digits = size >> excess;
  const rest = size - (digits << excess);
  if (rest > half || (rest === half && half > 0n && digits % 2n === 1n)) digits += 1n;
  // Digits that round to 54 bits carry into the exponent by themselves.
  const bits = excess === 0n ? digits : digits + (excess << 52n);
  view.setBigUint64(0, bits > 0x7ffn << 52n ? 0x7ffn << 52n : bits);
  const value = view.getFloat64(0);
  return units < 0n ? -value : value;
}

/** The parts of an exact sum. */
function partsOf(numbers: readonly number[]): number[] {
  let units = numbers.reduce((sum, x) => sum + unitsOf(x), 0n);
  const parts: number[] = [];
  do {
    const part = nearestTo(units);
    parts.push(part);
    if (!Number.isFinite(part)) return parts;
    units -= unitsOf(part);
  } while (units !== 0n);
  return parts;
}

function sumOf(totals: readonly Total[]): RunningSum {
  const sum = new RunningSum();
  for (const [value, remainder] of totals) sum.add(value, remainder);
  return sum;
}

/** Merges groups of totals, some of which have been asked for their value before. */
function merged(totals: readonly Total[], groups: readonly number[]): RunningSum {
  const sums = Array.from({ length: 4 }, () => new RunningSum());
  totals.forEach(([value, remainder], i) => {
    const into = sums[(groups[i] ?? 0) % 4];
    into.add(value, remainder);
    if ((groups[i] ?? 0) % 3 === 0) void into.value;
  });
  const all = new RunningSum();
  for (const sum of sums.reverse()) all.addSum(sum);
  return all;
}

const { MAX_VALUE, MIN_VALUE } = Number;

const anywhere = fc
  .tuple(fc.integer({ min: -1074, max: 1023 }), fc.double({ min: 1, max: 2, noNaN: true }))
  .map(
    ([exponent, digits]) =>
      digits * 2 ** Math.max(exponent, -1022) * 2 ** Math.min(0, exponent + 1022),
  );
const numbers = fc.oneof(
  anywhere,
  fc.double({ min: 0, max: 10, noNaN: true }),
  fc.integer({ min: 0, max: 2048 }),
  fc.constantFrom(0, MIN_VALUE, 2 ** 969, 2 ** 970, 2 ** 999, 2 ** 1000, 2 ** 1023, MAX_VALUE),
);
/** A remainder is no larger than a few last digits of its value. */
const totals: fc.Arbitrary<Total> = fc
  .tuple(numbers, fc.double({ min: -1, max: 1, noNaN: true }))
  .map(([value, share]) => [value, value * share * 2 ** -51]);
const groups = fc.array(fc.nat({ max: 11 }), { minLength: 24, maxLength: 24 });
/** Numbers that come to lie just between two others. */
const near = fc
  .tuple(
    fc.constantFrom(1, 1 + 2 ** -52, 2 - 2 ** -52, 3, 2 ** 53 - 1),
    fc.constantFrom(0, 2 ** -53, -(2 ** -53), 2 ** -54, -(2 ** -54), 1.5 * 2 ** -53),
    fc.constantFrom(0, 2 ** -107, 2 ** -120, -(2 ** -120), MIN_VALUE, -MIN_VALUE),
  )
  .map(([a, b, c]): readonly Total[] => [
    [a, b],
    [c, 0],
  ]);

describe('a running sum', () => {
  it('has the parts of the exact sum, whatever the order and the grouping', () => {
    fc.assert(
      fc.property(fc.array(totals, { maxLength: 24 }), groups, (all, groups) => {
        const expected = partsOf(all.flat());
        for (const sum of [sumOf(all), sumOf([...all].reverse()), merged(all, groups)]) {
          expect(sum.parts).toEqual(expected);
          expect(sum.value).toBe(expected[0]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is exact where numbers cancel, as those outside a domain may', () => {
    const signed = fc
      .tuple(near, fc.boolean())
      .map(([pairs, isNegative]) => pairs.map(([a, b]): Total => (isNegative ? [-a, -b] : [a, b])));
    fc.assert(
      fc.property(fc.array(signed, { maxLength: 6 }), groups, (some, groups) => {
        const all = some.flat();
        const expected = partsOf(all.flat());
        for (const sum of [sumOf(all), merged(all, groups)]) expect(sum.parts).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('rounds half way to even, unless there is a bit more or less', () => {
    fc.assert(
      fc.property(fc.array(near, { minLength: 1, maxLength: 4 }), groups, (some, groups) => {
        const all = some.flat();
        const expected = partsOf(all.flat());
        for (const sum of [sumOf(all), merged(all, groups)]) expect(sum.parts).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('divides the same sum to the same bits, however it is made up', () => {
    fc.assert(
      fc.property(totals, fc.integer({ min: 1, max: 1e9 }), ([value, remainder], divisor) => {
        const sum = sumOf([[value, remainder]]);
        expect(sum.over(divisor)).toBe(quotient(value, remainder, divisor));
        const [first, second = 0] = sum.parts;
        expect(sum.over(divisor)).toBe(quotient(first, second, divisor));
      }),
      { numRuns: 500 },
    );
  });

  it('over a number is their quotient, rounded once', () => {
    const random = seeded(1);
    for (let i = 0; i < 2000; i++) {
      const value = (0.5 + random()) * 2 ** Math.floor(60 * random());
      const remainder = (random() - 0.5) * 2 ** -53 * value;
      const divisor = i % 2 === 0 ? Math.ceil(1e9 * random()) : 1e3 * random();
      const sum = sumOf([[value, remainder]]);
      // In units of 2⁻¹²⁷⁴, the last of which says whether something is left.
      const dividend = (unitsOf(value) + unitsOf(remainder)) << 1274n;
      const left = dividend % unitsOf(divisor) === 0n ? 0n : 1n;
      const expected = nearestTo((dividend / unitsOf(divisor)) | left) * 2 ** -200;
      expect(sum.over(divisor)).toBe(expected);
    }
  });

  it.each<readonly [what: string, totals: readonly Total[], divisor: number, expected: number]>([
    [
      'what decides about the last digit is in the third number',
      [
        [1, 2 ** -53],
        [2 ** -106, 0],
      ],
      1,
      1 + 2 ** -52,
    ],
    ['too large for a product', [[2 ** 1020, 0]], 3, 2 ** 1020 / 3],
    ['a divisor too large for a product', [[2 ** 999, 0]], 2 ** 1023, 2 ** -24],
    ['infinite', [[Infinity, NaN]], 4, Infinity],
    ['NaN', [[NaN, NaN]], 4, NaN],
    ['over 0', [[1, 0]], 0, Infinity],
    ['nothing over 0', [], 0, NaN],
    ['beneath normal numbers', [[2 ** -1070, 0]], 32, 0],
    ['with a remainder that counts', [[3 * 2 ** 60, 2]], 3, 2 ** 60],
  ])('over a number: %s', (_, all, divisor, expected) => {
    expect(sumOf(all).over(divisor)).toBe(expected);
  });

  it.each<readonly [what: string, totals: readonly Total[], value: number]>([
    ['of nothing is 0', [], 0],
    ['of −0 is 0', [[-0, -0]], 0],
    [
      'of the largest number and less than half its last digit',
      [
        [MAX_VALUE, 0],
        [2 ** 969, 0],
      ],
      MAX_VALUE,
    ],
    [
      'and half of it',
      [
        [MAX_VALUE, 0],
        [2 ** 970, 0],
      ],
      Infinity,
    ],
    [
      'and a bit less',
      [
        [2 ** 970, -MIN_VALUE],
        [MAX_VALUE, 0],
      ],
      MAX_VALUE,
    ],
    [
      'and what is beyond comes back, as remainders may',
      [
        [MAX_VALUE, 0],
        [2 ** 971, 0],
        [0, -(2 ** 971)],
      ],
      MAX_VALUE,
    ],
    [
      'is infinite',
      [
        [1, 0],
        [Infinity, NaN],
        [1, 0],
      ],
      Infinity,
    ],
    [
      'is infinite, and there is one too large',
      [
        [MAX_VALUE, 0],
        [Infinity, NaN],
      ],
      Infinity,
    ],
    [
      'is NaN',
      [
        [1, 0],
        [NaN, NaN],
        [Infinity, NaN],
      ],
      NaN,
    ],
    [
      'is NaN, and there is one too large',
      [
        [NaN, NaN],
        [MAX_VALUE, 0],
        [MAX_VALUE, 0],
      ],
      NaN,
    ],
    [
      'of what cancels but for little, of three numbers alike',
      [
        [2 ** 106, 0],
        [0, 2 ** 54],
        [0, -1],
        [-(2 ** 106), -(2 ** 54)],
        [1, 2 ** -60],
      ],
      2 ** -60,
    ],
    ['of one whose remainder was too large to compute', [[MAX_VALUE, NaN]], MAX_VALUE],
  ])('%s', (_, all, value) => {
    for (const order of [all, [...all].reverse()]) {
      expect(sumOf(order).value).toBe(value);
      expect(merged(order, [1, 2, 5]).value).toBe(value);
      expect(merged(order, [2, 1, 1]).parts[0]).toBe(value);
    }
  });

  it('stays infinite once it was read as such', () => {
    const sum = sumOf([
      [MAX_VALUE, 0],
      [MAX_VALUE, 0],
    ]);
    expect(sum.parts).toEqual([Infinity]);
    sum.add(1, 0);
    sum.addSum(
      sumOf([
        [MAX_VALUE, 2 ** -900],
        [2 ** -1000, 0],
      ]),
    );
    expect(sum.parts).toEqual([Infinity]);
    expect(sum.over(4)).toBe(Infinity);
  });
});
