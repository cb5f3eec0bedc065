// Calls of every kind with data that suit all losses whose samples are numbers, or rows of one class.
import type { FloatArray, Numbers } from '../../src/arrays.js';
import { type Engine, measure } from '../../src/index.js';
import { plainSubjects } from './option-sets.js';
import { fill } from './random.js';
import type { AnyLoss } from './verbs.js';

/** More than two blocks. */
export const N = 5000;
export const yTrue = fill(N, 1, (random) => (random() < 0.5 ? 1 : 0));
export const yPred = fill(N, 2, (random) => random());
export const sampleWeight = fill(N, 3, (random) => 2 * random());

/** Those that these data suit. */
export const subjectsOfNumbers = plainSubjects.filter(
  ({ name, shape }) => shape !== 'sparse' && !name.includes('normalize'),
);

export type Call = (y: Numbers, p: Numbers, w: Numbers) => number | FloatArray;

export function callsOf(engine: Engine, loss: AnyLoss): readonly (readonly [string, Call])[] {
  return [
    ['the sum', (y, p) => loss.sum(y, p)],
    ['losses', (y, p) => loss.perSample(y, p)],
    ['the weighted mean', (y, p, w) => loss.mean(y, p, { sampleWeight: w })],
    ['the weighted sum', (y, p, w) => loss.sum(y, p, { sampleWeight: w })],
    ['weighted losses', (y, p, w) => loss.perSample(y, p, { sampleWeight: w })],
    ['the gradient', (y, p) => loss.gradient(y, p)],
    ['the weighted gradient', (y, p, w) => loss.gradient(y, p, { sampleWeight: w })],
    [
      'the value with its gradient',
      (y, p, w) => {
        const { value, gradient } = loss.valueAndGradient(y, p, { sampleWeight: w });
        return Float64Array.of(value, ...gradient);
      },
    ],
    [
      'an accumulator',
      (y, p, w) => {
        const all = loss.accumulator().update(y, p, { sampleWeight: w });
        return Float64Array.of(all.mean, all.sum, all.count, all.weight);
      },
    ],
    [
      'measure',
      (y, p, w) => {
        const losses = [loss as never, engine.squaredError];
        return Float64Array.from(measure(losses, y, p, { sampleWeight: w }));
      },
    ],
  ];
}

/** Those that look at weights. */
export const isWeighted = (name: string): boolean =>
  !['the sum', 'losses', 'the gradient'].includes(name);
