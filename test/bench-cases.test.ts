// What is measured: the loops people write must compute what the library does, or their times say nothing.
import { createEngine } from 'lossmeter';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../bench/answers.mjs';
import { type Case, cases, lossesOf, types } from '../bench/cases.mjs';

const engine = createEngine({ backend: 'js' });

describe.each(cases.map((one): [string, Case] => [one.name, one]))('%s', (name, one) => {
  it.each(one.types ?? Object.keys(types))('%s: the loop computes the same', (type) => {
    const Floats = types[type] ?? Float64Array;
    const arrays = one.data(300, Floats);
    const { length } = arrays.yPred;
    const out = new Floats(name.includes('Gradient') ? length : length / arrays.classes);
    const asked = { ...arrays, out };
    const loop = partsOf(one.loop(asked)).map(numbers);
    out.fill(NaN);
    const library = partsOf(one.call(engine)(asked)).map(numbers);
    expect(loop.length).toBe(library.length);
    for (const [k, part] of loop.entries()) {
      const other = library[k] ?? [];
      expect(part.length).toBe(other.length);
      const largest = Math.max(...part.map(Math.abs));
      // The loops round where they like; a formula that differs is off by more.
      for (const [i, x] of part.entries()) {
        expect(Math.abs(x - Number(other[i]))).toBeLessThan(2e-5 * largest);
      }
    }
  });
});

const numbers = (part: number | Float32Array | Float64Array) =>
  typeof part === 'number' ? [part] : [...part];

it('names are unique, and begin with a loss', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  const losses = new Set(Object.keys(engine));
  for (const loss of cases.flatMap(lossesOf)) expect(losses).toContain(loss);
});
