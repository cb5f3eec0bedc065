// What npm run bench:peers makes of its measurements: marks, tables and the chart.
import { describe, expect, it } from 'vitest';
import { errorText, isWrong } from '../bench/contest/errors.mjs';
import { read, readOne, write } from '../bench/contest/files.mjs';
import { markdown, type Study, sizeText } from '../bench/contest/markdown.mjs';
import { barsOf, peersChart } from '../bench/contest/peers-chart.mjs';
import { distinct, errors, row } from '../bench/contest/rows.mjs';
import type { StudyResult } from '../bench/contest/study.mjs';
import { studyCsv } from '../bench/contest/study-csv.mjs';
import { studyOptionsOf } from '../bench/contest/study-options.mjs';
import { winsOf, winsText } from '../bench/contest/wins.mjs';
import * as loops from '../bench/loops.mjs';

const known = { losses: ['squaredError', 'huber'], peers: ['lossmeter', 'tfjs-wasm'] };
const options = (...args: string[]) => studyOptionsOf(args, known);

describe('the options of the study', () => {
  it('are everything at two lengths, unless they say otherwise', () => {
    expect(options()).toMatchObject({ ...known, sizes: [2 ** 10, 2 ** 20], isWhole: true });
    expect(options('--thorough').sizes).toEqual([2 ** 10, 2 ** 17, 2 ** 20, 2 ** 24]);
  });

  it.each(['--peers=tfjs-wasm', '--losses=huber', '--sizes=1e6', '--types=float64'])(
    'with %s give results that are not committed',
    (part) => {
      expect(options(part).isWhole).toBe(false);
      expect(options('--thorough', part).isWhole).toBe(false);
    },
  );

  it('that do not exist are an error', () => {
    expect(() => options('--peers=tensorflow')).toThrow(/--peers: there is no 'tensorflow'/);
    expect(() => options('--losses=mse')).toThrow(/--losses: there is no 'mse'/);
    expect(() => options('--types=float16')).toThrow(/--types: there is no 'float16'/);
  });
});

describe('errors', () => {
  it.each([
    [0, false, '0'],
    [6e-8, false, '6e-8'],
    [1e-3, false, '1e-3'],
    [1.01e-3, true, '0.10 %'],
    [0.0144, true, '1.4 %'],
    [NaN, true, 'not a number'],
    [Infinity, true, 'Infinity %'],
  ])('%d', (error, wrong, text) => {
    expect(isWrong(error)).toBe(wrong);
    expect(errorText(error)).toBe(text);
  });

  it('of a mean in float32 that loses a part of each term are found', () => {
    const one = row('squared', 'mean', { constant: true });
    const arrays = distinct(one, 2 ** 17, Float32Array);
    let sum = 0;
    for (const [i, p] of arrays.yPred.entries()) {
      const d = Math.fround(p - Number(arrays.yTrue[i]));
      sum = Math.fround(sum + Math.fround(d * d));
    }
    const { ofMean } = errors(one, arrays);
    expect(ofMean(sum / arrays.yPred.length)).toBeGreaterThan(1e-4);
    expect(ofMean(loops.squaredMean(arrays))).toBeLessThan(1e-10);
  });

  it('of samples are those of the worst one', () => {
    const one = row('absolute', 'perSample');
    const arrays = distinct(one, 100, Float64Array);
    const losses = Float64Array.from(arrays.yPred, (p, i) => Math.abs(p - Number(arrays.yTrue[i])));
    const { ofEach } = errors(one, arrays);
    expect(ofEach(losses)).toBeLessThan(1e-15);
    losses[7] = 1.25 * Number(losses[7]);
    expect(ofEach(losses)).toBeCloseTo(0.25, 10);
  });
});

it('data longer than what is distinct are the same again, in files as in memory', () => {
  const one = row('sparseLogits', 'mean', { classes: 3 });
  const arrays = distinct(one, 6, Float32Array);
  expect(arrays.yTrue.length).toBe(2);
  const { yTrue = [], yPred = [] } = read(write(arrays, 5));
  expect([...yTrue]).toEqual([0, 1, 0, 1, 0].map((k) => arrays.yTrue[k]));
  expect([...yPred]).toEqual([...arrays.yPred, ...arrays.yPred, ...arrays.yPred.subarray(0, 3)]);
  const { file = '' } = write(arrays, 2).yPred ?? {};
  expect(readOne(file, 'float32')).toEqual(arrays.yPred);
});

const about = {
  row: 'squaredError.mean',
  task: 'squared',
  verb: 'mean',
  place: 'resident',
  constant: false,
  type: 'float32',
  elements: 2 ** 20,
  classes: 1,
} as const;

/** @param ns per element */
function result(peer: string, ns: number, more: Partial<StudyResult> = {}): StudyResult {
  const rounds = [ns * 2 ** 20, 1.1 * ns * 2 ** 20];
  const toOurs = { ratio: ns / 0.5, low: ns / 0.55, high: ns / 0.45 };
  const [nanoseconds = 0] = rounds;
  return { ...about, peer, nanoseconds, rounds, toOurs, error: 1e-8, ...more };
}

const study: Study = {
  command: 'npm run bench:peers',
  environment: { cpu: 'a CPU', os: 'an OS', node: '20.0.0', commit: 'abc', date: '2026-01-01' },
  versions: { lossmeter: { lossmeter: '0.1.0' }, fast: { Fast: '1.0' }, off: { Off: '2.0' } },
  effort: { warm: 1, rounds: 2, milliseconds: 1 },
  seconds: 5,
  peers: [
    { key: 'lossmeter', label: 'lossmeter', kind: 'ours', threads: 1 },
    { key: 'fast', label: 'Fast', kind: 'native', threads: 1 },
    { key: 'off', label: 'Off', kind: 'wasm', threads: 1 },
    { key: 'two', label: 'Two', kind: 'native', threads: 2 },
    { key: 'none', label: 'None', kind: 'js', threads: 1 },
  ],
  results: [
    result('lossmeter', 0.5, { error: 0 }),
    result('fast', 0.25),
    result('off', 1),
    result('two', 0.1),
    result('off', 1, {
      constant: true,
      row: 'squaredError.mean, one error everywhere',
      error: 0.014,
    }),
    { ...about, peer: 'none', missing: 'it has no such function' },
    { ...about, type: 'float64', peer: 'off', missing: 'it has no float64' },
  ],
};

describe('the table', () => {
  const text = markdown(study);
  it('says who is faster for certain, who is wrong, and who has no answer', () => {
    expect(text).toContain('| lossmeter | 0.500 · 0 |');
    expect(text).toContain('| Fast | 0.250 · 0.500 [0.455, 0.556] **faster** · 1e-8 |');
    expect(text).toContain('| Off | 1.00 · 2.00 [1.82, 2.22] · 1e-8 |');
    expect(text).toContain('| Off | 1.00 · 2.00 [1.82, 2.22] **wrong: 1.4 % off** |');
    expect(text).toContain('| None: squaredError.mean | it has no such function |');
    expect(text).toContain('| Off: float64 | it has no float64 |');
    expect(text).toContain('### squaredError.mean, one error everywhere, 2²⁰');
    expect(text).not.toMatch(/undefined|NaN/);
  });

  it('calls nobody faster whose interval reaches what two processes of one program differ by', () => {
    const close = result('fast', 0.45, { toOurs: { ratio: 0.9, low: 0.8, high: 0.96 } });
    const text = markdown({ ...study, results: [result('lossmeter', 0.5), close] });
    expect(text).toContain('| Fast | 0.450 · 0.900 [0.800, 0.960] · 1e-8 |');
  });

  it.each([
    [1024, '2¹⁰'],
    [2 ** 20, '2²⁰'],
    [64 * 50_257, '3,216,448'],
  ])('calls %d elements %s', (n, text) => {
    expect(sizeText(n)).toBe(text);
  });
});

it('lists who is faster on one thread, for certain', () => {
  const [win, ...others] = winsOf(study);
  expect(others).toEqual([]);
  expect(win).toMatchObject({ row: 'squaredError.mean', by: [{ label: 'Fast', ratio: 0.5 }] });
  expect(winsText(study)).toContain('| squaredError.mean, float32, 2²⁰ | Fast 0.500 |');
  expect(winsText({ ...study, results: [] })).toBe('In no row.');
});

describe('the chart', () => {
  const bars = barsOf(study, 'squared', 1);
  it('has those with an answer on one thread, the fastest first, and their worst error', () => {
    expect(bars.map(({ label, ns, wrong }) => ({ label, ns, wrong }))).toEqual([
      { label: 'Fast', ns: 0.25, wrong: false },
      { label: 'lossmeter', ns: 0.5, wrong: false },
      { label: 'Off', ns: 1, wrong: true },
    ]);
    expect(bars[2]?.text).toBe('1.00, up to 1.4 % off');
  });

  it.each(['light', 'dark'] as const)('draws them, %s', (theme) => {
    const svg = peersChart(study, theme);
    for (const { label, text } of bars) {
      expect(svg).toContain(`>${label}</text>`);
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});

it('the CSV has a row for each round, and for what has no answer', () => {
  const results = study.results.filter(({ peer }) => peer === 'lossmeter' || peer === 'none');
  const lines = studyCsv({ results }).split('\n');
  expect(lines.slice(1)).toEqual([
    'squaredError.mean,float32,1048576,resident,lossmeter,0,524288,0,',
    'squaredError.mean,float32,1048576,resident,lossmeter,1,576717,0,',
    'squaredError.mean,float32,1048576,resident,none,,,,it has no such function',
    '',
  ]);
});
