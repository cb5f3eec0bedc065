// What npm run bench:compare and bench:crossover make of results.
import { describe, expect, it } from 'vitest';
import { compareRuns, difference, type Run, runOf } from '../bench/contest/runs.mjs';
import { crossoverChart, pointsOf } from '../bench/crossover-chart.mjs';
import { aboveEnvelope } from '../bench/envelope.mjs';
import { summarize } from '../bench/results.mjs';

const machine = {
  cpu: 'a CPU',
  memory: '8 GiB',
  os: 'an OS',
  node: '20',
  v8: '11',
  commit: 'abc',
  date: 'today',
};
const spread = [0.98, 0.99, 1, 1.01, 1.02];

function results(js: number, wasm: number, auto: number, elements = 8) {
  const times = (ns: number) => spread.map((factor) => ns * factor);
  return summarize('squaredError.mean', 'float64', [
    {
      size: elements,
      elements,
      bytes: 16 * elements,
      beside: undefined,
      nanoseconds: {
        loop: times(50),
        js: times(js),
        wasm: times(wasm),
        auto: times(auto),
        resident: times(wasm),
        limit: times(5),
      },
      errors: {},
      cpuShare: 1,
      differing: [],
    },
  ]);
}

const run = (auto: number, environment = machine) =>
  runOf({ environment, results: [results(100, 200, auto)] });

describe('two runs', () => {
  it('on one machine are compared by their times', () => {
    const [auto] = compareRuns(run(100), run(150)).filter(({ key }) => key.endsWith(': auto'));
    expect(auto?.key).toBe('squaredError.mean, float64, 8: auto');
    expect(auto?.ratio.ratio).toBeCloseTo(1.5, 10);
    expect(auto?.ratio.low).toBeGreaterThan(1.4);
    expect(auto?.ratio.high).toBeLessThan(1.6);
  });

  it('that took as long have an interval with 1 in it', () => {
    for (const { ratio } of compareRuns(run(100), run(100))) {
      expect(ratio.low).toBeLessThan(1);
      expect(ratio.high).toBeGreaterThan(1);
    }
  });

  it('on two machines are compared by their ratios to the loop, and it is said why', () => {
    const a = run(100);
    const twice = results(200, 400, 200);
    for (const { rounds } of Object.values(twice.paths)) expect(rounds.length).toBe(5);
    twice.paths.loop.rounds = twice.paths.loop.rounds.map((ns) => 2 * ns);
    const b = runOf({ environment: { ...machine, cpu: 'half a CPU' }, results: [twice] });
    expect(difference(a, b)).toBe('cpu a CPU and half a CPU');
    for (const { key, ratio } of compareRuns(a, b)) {
      if (!key.endsWith('limit')) expect(ratio.ratio).toBeCloseTo(1, 10);
    }
  });

  it('of another engine are not compared by their times, either', () => {
    expect(difference(run(1), run(1, { ...machine, node: '24' }))).toBe('node 20 and 24');
    expect(difference(run(1), run(1, { ...machine, commit: 'def' }))).toBeUndefined();
  });

  it('with nothing in common, or of two benchmarks, cannot be compared', () => {
    const other: Run = { ...run(1), timings: [{ key: 'x', rounds: [1] }] };
    expect(() => compareRuns(run(1), other)).toThrow(/no measurement in common/);
    const native = runOf({
      environment: machine,
      results: [
        { name: 'a', type: 'float32', elements: 1, pytorch: 1, rounds: [1], pytorchRounds: [2] },
      ],
    });
    expect(() => compareRuns(run(1), native)).toThrow(/results of bench and of bench:native/);
    for (const file of [
      {},
      { environment: machine, results: [] },
      { environment: machine, results: [{}] },
    ]) {
      expect(() => runOf(file)).toThrow(/expected results of bench/);
    }
  });

  it('of the study are compared library by library', () => {
    const about = { row: 'r', type: 'float32', elements: 4, place: 'resident' };
    const study = (ns: number) =>
      runOf({
        environment: machine,
        results: [
          { ...about, peer: 'lossmeter', rounds: [ns] },
          { ...about, peer: 'other', rounds: [7] },
          { ...about, peer: 'none', missing: 'no' },
        ],
      });
    expect(compareRuns(study(2), study(3)).map(({ key, ratio }) => [key, ratio.ratio])).toEqual([
      ['r, float32, 4, resident: lossmeter', 1.5],
      ['r, float32, 4, resident: other', 1],
    ]);
  });
});

describe('the default', () => {
  it.each([
    [100, 200, 100, 0],
    [100, 200, 209, 0],
    [100, 200, 211, 1],
    [5000, 1000, 1190, 0],
    [5000, 1000, 1210, 1],
  ])('JavaScript %d ns, WebAssembly %d ns, default %d ns: %d above', (js, wasm, auto, count) => {
    expect(aboveEnvelope([results(js, wasm, auto)])).toHaveLength(count);
  });

  it('that is above is named, the farthest first', () => {
    const above = aboveEnvelope([results(100, 50, 300, 16), results(100, 900, 800, 17)]);
    expect(above.map(({ elements, by, auto }) => [elements, by, auto])).toEqual([
      [17, 'js', 800],
      [16, 'wasm', 300],
    ]);
  });
});

it.each(['light', 'dark'] as const)('the chart of lengths draws every path, %s', (theme) => {
  const all = [results(100, 200, 100, 1), results(1000, 300, 300, 1024)];
  expect(pointsOf(all).filter(({ path }) => path === 'auto')).toEqual([
    { path: 'auto', elements: 1, ns: 100 },
    { path: 'auto', elements: 1024, ns: 300 },
  ]);
  const svg = crossoverChart(all, machine, theme);
  for (const path of ['loop', 'js', 'wasm', 'auto', 'resident']) {
    expect(svg).toContain(`class="${path}"`);
  }
  expect(svg).toContain('default, outside an arena');
  expect(svg).not.toMatch(/NaN|undefined/);
});
