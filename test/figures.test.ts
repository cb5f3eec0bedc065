// The figures of the documentation: they are those that are drawn now, and what they show are the
// worked examples.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { figures } from '../bench/figures/figures.mjs';
import { themes } from '../bench/figures/themes.mjs';
import { Drawing, type Point } from './support/drawing.js';
import { engines } from './support/engines.js';

const folder = new URL('../docs/figures/', import.meta.url);

function committed(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

describe.each(engines)('the figures drawn, $backend', ({ engine }) => {
  const drawn = figures(engine);

  it.each(drawn)('$file is the one in docs/figures', ({ file, svg }) => {
    expect(committed(file)).toBe(svg);
  });

  it('are all that are there', () => {
    expect(readdirSync(folder).sort()).toEqual(drawn.map(({ file }) => file).sort());
  });
});

const variants = ['en', 'zh'].flatMap((language) =>
  ['light', 'dark'].map((theme) => ({ language, theme })),
);

/** Of the longest bar. */
function shares(lengths: readonly number[]): number[] {
  return lengths.map((length) => length / Math.max(...lengths));
}

/** A hundredth of a pixel, as paths are rounded to a thousandth, of an axis of that many pixels. */
const close = (length: number, pixels: number) => (length / pixels) * 0.01;

/** That points are where they should be, within so much. */
function expectAt(
  points: readonly Point[],
  expected: readonly Point[],
  width: number,
  height: number,
) {
  expect(points.length).toBe(expected.length);
  points.forEach((point, i) => {
    expect(Math.abs(point.x - expected[i].x), `x of point ${i}`).toBeLessThan(width);
    expect(Math.abs(point.y - expected[i].y), `y of point ${i}`).toBeLessThan(height);
  });
}

function range(from: number, to: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
}

/** Points of a formula. */
function formula(xs: readonly number[], y: (x: number) => number): Point[] {
  return xs.map((x) => ({ x, y: y(x) }));
}

const probabilities = range(0.01, 0.99, 99);
const ifOne = (p: number) => -Math.log(p);
const ifZero = (p: number) => -Math.log(1 - p);

describe.each(variants)('figures in $language, $theme', ({ language, theme }) => {
  const open = (name: string) => new Drawing(committed(`${name}.${language}.${theme}.svg`));

  it('of the slopes: a parabola with its least point beside w = 2.1', () => {
    const all = open('slopes').panel('all');
    const near = open('slopes').panel('near');
    const loss = (w: number) => ((50 ** 2 + 80 ** 2 + 120 ** 2) / 3) * (w - 2.1) ** 2;
    const weights = range(1.5, 2.5, 100);
    const width = close(1, 600);
    const height = close(2900, 260);
    expectAt(all.line('curve'), formula(weights, loss), width, height);
    expectAt(all.discs('slopes'), formula(weights, loss), width, height);
    expectAt(all.discs('least'), [{ x: 2.09596, y: 0.1268 }], width, height);
    expect(all.verticals('true-slope')).toEqual([expect.closeTo(2.1, 3)]);
    const label = all.texts().find((text) => text.includes('0.1268'));
    expect(label).toContain('w = 2.0960');
    const five = formula(weights.slice(57, 62), loss);
    expectAt(near.discs('slopes'), five, close(0.05, 165), close(5, 80));
    expect(near.line('curve').length).toBe(51);
    expect(near.verticals('true-slope')).toEqual([expect.closeTo(2.1, 3)]);
  });

  it.each([
    {
      name: 'squared',
      losses: [0, 0, 100],
      mean: '33.33',
      top: 22_500,
      loss: (d: number) => d * d,
    },
    { name: 'absolute', losses: [0, 0, 10], mean: '3.33', top: 150, loss: Math.abs },
  ])('of $name loss: $losses', ({ name, losses, mean, top, loss }) => {
    const drawing = open('errors');
    const bars = drawing.panel(`${name}-bars`);
    expect(bars.texts('loss-labels')).toEqual(losses.map(String));
    expect(shares(bars.bars('losses', 'height'))).toEqual([0, 0, 1]);
    const curve = drawing.panel(`${name}-curve`);
    const width = close(300, 260);
    const height = close(top, 220);
    expectAt(curve.line('curve'), formula(range(-150, 150, 101), loss), width, height);
    expectAt(curve.discs('houses'), formula([0, 0, -10], loss), width, height);
    const labels = curve.texts().filter((text) => text.includes('\n'));
    expect(labels.map((text) => text.match(/−?\d+$/gm))).toEqual([
      expect.arrayContaining(['−10', String(losses[2])]),
      expect.arrayContaining(['0', '0']),
    ]);
    expect(committed(`errors.${language}.${theme}.svg`)).toContain(` ${mean}</text>`);
  });

  it('of both bars: on one scale, 100 ten times as high as 10', () => {
    const heights = ['squared', 'absolute'].map((name) =>
      open('errors').panel(`${name}-bars`).bars('losses', 'height').at(-1),
    );
    expect(heights[0]).toBeCloseTo(10 * Number(heights[1]), 6);
  });

  it('of binary cross-entropy: 2.3026, 0.6931 and 0.1054 at p = 0.1, 0.5 and 0.9', () => {
    const curves = open('binary').panel('curves');
    const marks = [0.1, 0.5, 0.9];
    const width = close(1, 630);
    const height = close(4.75, 290);
    expectAt(curves.line('one'), formula(probabilities, ifOne), width, height);
    expectAt(curves.line('zero'), formula(probabilities, ifZero), width, height);
    expectAt(curves.discs('marks-one'), formula(marks, ifOne), width, height);
    expectAt(curves.discs('marks-zero'), formula(marks, ifZero), width, height);
    expect(curves.texts('values')).toEqual(['2.3026', '0.1054', '0.6931', '0.1054', '2.3026']);
  });

  it('of four models: 0.1054, 0.5108, 0.9163 and 2.9957', () => {
    const drawing = open('models');
    const p = [0.9, 0.6, 0.4, 0.05];
    const losses = ['0.1054', '0.5108', '0.9163', '2.9957'];
    const bars = drawing.panel('losses');
    expect(bars.texts('loss-labels')).toEqual(losses);
    shares(bars.bars('losses', 'height')).forEach((share, i) => {
      expect(share).toBeCloseTo(Math.log(p[i]) / Math.log(0.05), 6);
    });
    const table = drawing.panel('shares');
    const cats = [0.9, 0.6, 0.4, 0.05];
    const dogs = [0.08, 0.25, 0.3, 0.25];
    const rabbits = [0.02, 0.15, 0.3, 0.7];
    const all = [...cats, ...dogs, ...rabbits];
    expect(table.texts('share-labels')).toEqual(all.map((share) => share.toFixed(2)));
    shares(table.bars('shares', 'width')).forEach((share, i) => {
      expect(share).toBeCloseTo(all[i] / 0.9, 6);
    });
    const byTruth = drawing.panel('by-truth');
    const width = close(1, 270);
    expectAt(byTruth.discs('models'), formula(p, ifOne), width, close(3.4, 150));
    const labels = losses.map((loss, i) => `${'ABCD'[i]} ${loss}`);
    expect(byTruth.texts('model-labels')).toEqual(labels);
    const onCurve = drawing.panel('on-curve');
    expectAt(onCurve.line('curve'), formula(probabilities, ifOne), width, close(4.75, 150));
    expectAt(onCurve.discs('models'), formula(p, ifOne), width, close(4.75, 150));
  });

  it('of both cross-entropies: 0.5108 for 0.6 given to the truth', () => {
    const binary = open('both').panel('binary');
    const categorical = open('both').panel('categorical');
    const width = close(1, 270);
    const height = close(4.75, 220);
    expectAt(binary.line('one'), formula(probabilities, ifOne), width, height);
    expectAt(binary.line('zero'), formula(probabilities, ifZero), width, height);
    expectAt(categorical.line('truth'), formula(probabilities, ifOne), width, height);
    expect(binary.texts('values')).toEqual(['0.5108', '0.9163']);
    expect(categorical.texts('values')).toEqual(['0.5108']);
    expectAt(binary.discs('mark-one'), formula([0.6], ifOne), width, height);
    expectAt(binary.discs('mark-zero'), formula([0.6], ifZero), width, height);
    expectAt(categorical.discs('mark-truth'), formula([0.6], ifOne), width, height);
  });

  it.each([
    ['slopes', ['2.0960', '0.1268']],
    ['errors', ['0, 0, 100', '0, 0, 10']],
    ['binary', ['2.3026, 0.6931, 0.1054', '0.1054, 0.6931, 2.3026']],
    ['models', ['0.90', '0.25', '0.1054', '0.5108', '0.9163', '2.9957']],
    ['both', ['0.5108', '0.9163']],
  ])('of %s say in words what they show', (name, numbers) => {
    const drawing = open(name);
    expect(drawing.attribute('lang')).toMatch(new RegExp(`^${language}`));
    expect(drawing.text('title')).not.toBe('');
    for (const number of numbers) expect(drawing.text('desc')).toContain(number);
  });
});

/** Of a color as #rrggbb, by WCAG 2. */
function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((from) => {
    const c = Number.parseInt(color.slice(from, from + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe.each(Object.entries(themes))('colors of the theme %s', (_, colors) => {
  it.each(['text', 'muted', 'first', 'second'] as const)('%s has the contrast of text', (name) => {
    const [light, dark] = [colors[name], colors.background].map(luminance).sort((a, b) => b - a);
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
  });
});
