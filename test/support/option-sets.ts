// Every loss with every combination of its options, and data that suit it.
import type { PlainNumbers as Numbers } from '../../src/arrays.js';
import { seeded } from './random.js';
import type { LossName, Options } from './reference.js';

export interface Subject {
  /** As `binaryCrossEntropy, fromLogits true, labelSmoothing 0.1`. */
  readonly name: string;
  readonly loss: LossName;
  /** What the predictions are. */
  readonly domain: 'reals' | 'probabilities' | 'logits';
  /** Whether a sample is a number, a row of labels, or a class index and a row of predictions. */
  readonly shape: 'single' | 'dense' | 'sparse';
  /** Options of `with` for so many classes. */
  readonly optionsFor: (classes: number) => Options;
}

type Choices = Readonly<Record<string, readonly unknown[]>>;

/** One value for each option, in every combination; undefined is for not given. */
function combinations(choices: Choices): Record<string, unknown>[] {
  return Object.entries(choices).reduce<Record<string, unknown>[]>(
    (sets, [name, values]) =>
      sets.flatMap((set) =>
        values.map((value) => (value === undefined ? set : { ...set, [name]: value })),
      ),
    [{}],
  );
}

/** A weight for each class; a few are 0. */
function classWeights(classes: number): number[] {
  return Array.from({ length: classes }, (_, k) => [1, 0.5, 2.25, 0, 3][k % 5]);
}

function subjectsOf(
  loss: LossName,
  domain: Subject['domain'],
  shape: Subject['shape'],
  choices: Choices,
): Subject[] {
  return combinations(choices).map((set) => ({
    name: [loss, ...Object.entries(set).map(([name, value]) => `${name} ${value}`)].join(', '),
    loss,
    domain,
    shape,
    optionsFor: (classes) => ({
      ...set,
      ...(shape === 'dense' ? { classes } : {}),
      // In the table it says only that there is one.
      ...('classWeight' in set ? { classWeight: classWeights(classes) } : {}),
    }),
  }));
}

const labelSmoothing = [undefined, 0.1];
const clip = [undefined, 1e-7];
const classWeight = [undefined, 'given'];
const fromLogits = [true];
const ofProbabilities = { labelSmoothing, classWeight, clip, normalize: [undefined, true] };
const ofLogits = { fromLogits, labelSmoothing, classWeight };
const ignoreIndex = [undefined, -100];

export const subjects: readonly Subject[] = [
  ...subjectsOf('squaredError', 'reals', 'single', {}),
  ...subjectsOf('absoluteError', 'reals', 'single', {}),
  ...subjectsOf('huber', 'reals', 'single', { delta: [undefined, 0.5, 20] }),
  ...subjectsOf('binaryCrossEntropy', 'probabilities', 'single', {
    positiveWeight: [undefined, 2.5, 0],
    labelSmoothing,
    clip,
  }),
  ...subjectsOf('binaryCrossEntropy', 'logits', 'single', {
    fromLogits,
    positiveWeight: [undefined, 2.5, 0],
    labelSmoothing: [undefined, 0.1, 1],
  }),
  ...subjectsOf('categoricalCrossEntropy', 'probabilities', 'dense', ofProbabilities),
  ...subjectsOf('categoricalCrossEntropy', 'logits', 'dense', ofLogits),
  ...subjectsOf('sparseCategoricalCrossEntropy', 'probabilities', 'sparse', {
    ...ofProbabilities,
    ignoreIndex,
  }),
  ...subjectsOf('sparseCategoricalCrossEntropy', 'logits', 'sparse', { ...ofLogits, ignoreIndex }),
  // An index that is one of the classes.
  ...subjectsOf('sparseCategoricalCrossEntropy', 'probabilities', 'sparse', { ignoreIndex: [1] }),
  ...subjectsOf('sparseCategoricalCrossEntropy', 'logits', 'sparse', {
    fromLogits,
    ignoreIndex: [1],
  }),
];

/** Rows for a table of tests that shows names at full length. */
export function byName<S extends { readonly name: string }>(
  list: readonly S[],
): (readonly [name: string, item: S])[] {
  return list.map((item) => [item.name, item]);
}

export interface Data {
  readonly yTrue: Float64Array | Int32Array;
  readonly yPred: Float64Array;
}

/**
 * 'hard': labels of 0 and 1. 'soft': others, too. 'infinite and right', 'infinite and wrong': logits
 * whose limits are probabilities of 0 and 1. 'NaN': a few of them, and logits that have no limit.
 */
export type Kind = 'hard' | 'soft' | 'infinite and right' | 'infinite and wrong' | 'NaN';

export function kindsFor({ domain, shape }: Subject): Kind[] {
  if (domain === 'reals') return ['hard', 'NaN'];
  return [
    'hard',
    ...(shape === 'sparse' ? [] : (['soft'] as const)),
    ...(domain === 'logits' ? (['infinite and right', 'infinite and wrong'] as const) : []),
    'NaN',
  ];
}

/** Samples that are special: those of this remainder mod 7. Those of another have no weight. */
const SPECIAL = 2;
const WEIGHTLESS = 4;

/** Random data of one kind, with exact and extreme values at every seventh sample. */
export function dataFor(
  subject: Subject,
  kind: Kind,
  samples: number,
  classes: number,
  seed: number,
): Data {
  const random = seeded(seed);
  const make = MAKERS[subject.shape];
  const width = subject.shape === 'single' ? 1 : classes;
  const labels = subject.shape === 'dense' ? new Float64Array(samples * width) : undefined;
  const yTrue = labels ?? new (subject.shape === 'sparse' ? Int32Array : Float64Array)(samples);
  const yPred = new Float64Array(samples * width);
  const { ignoreIndex } = subject.optionsFor(classes);
  for (let i = 0; i < samples; i++) {
    const y = yTrue.subarray(
      labels === undefined ? i : i * width,
      labels ? (i + 1) * width : i + 1,
    );
    const p = yPred.subarray(i * width, (i + 1) * width);
    make(subject, kind, i, random, y, p);
    if (ignoreIndex !== undefined) {
      if (i % 5 === 1) y[0] = ignoreIndex;
      // What would be an error, or NaN, if anyone looked at it.
      if (y[0] === ignoreIndex) setEach(p, (k) => [NaN, 7, -1][k % 3]);
    }
  }
  return { yTrue, yPred };
}

type Make = (
  subject: Subject,
  kind: Kind,
  i: number,
  random: () => number,
  y: Float64Array | Int32Array,
  p: Float64Array,
) => void;

function setEach(values: Float64Array | Int32Array, make: (k: number) => number): void {
  for (let k = 0; k < values.length; k++) values[k] = make(k);
}

/** Multiples of 1/64: exact in float32. */
const coarse = (random: () => number): number => Math.floor(65 * random()) / 64;

const MAKERS: Readonly<Record<Subject['shape'], Make>> = {
  single({ domain }, kind, i, random, y, p) {
    const isSpecial = i % 7 === SPECIAL;
    if (domain === 'reals') {
      y[0] = 8 * coarse(random) - 4;
      // Right, or away by just δ.
      p[0] = isSpecial ? y[0] + [0, 0.5, -0.5, 20][i % 4] : 50 * (random() - 0.5) ** 3 + y[0];
    } else {
      y[0] = kind === 'soft' && random() < 0.7 ? coarse(random) : Math.round(random());
      p[0] = domain === 'logits' ? logit(kind, i, random, y[0]) : probability(i, random, y[0]);
    }
    if (kind === 'NaN' && i === 5) p[0] = NaN;
    if (kind === 'NaN' && i === 26) y[0] = NaN;
  },
  dense(subject, kind, i, random, y, p) {
    const label = Math.floor(p.length * random());
    y.fill(0);
    y[label] = 1;
    if (kind === 'soft') setEach(y, (k) => (random() < 0.5 ? coarse(random) : y[k]));
    fillRow(subject, kind, i, random, label, p);
    if (kind === 'NaN' && i === 26) y[0] = NaN;
  },
  sparse(subject, kind, i, random, y, p) {
    y[0] = Math.floor(p.length * random());
    fillRow(subject, kind, i, random, y[0], p);
  },
};

function probability(i: number, random: () => number, y: number): number {
  if (i % 7 === SPECIAL) return [0, 1, y][i % 3];
  return random() < 0.3 ? Math.abs(Math.round(y) - 10 ** (-15 * random())) : random();
}

function logit(kind: Kind, i: number, random: () => number, y: number): number {
  if (i % 7 !== SPECIAL) return 16 * random() - 8;
  if (kind === 'infinite and right') return y === 1 ? Infinity : -Infinity;
  if (kind === 'infinite and wrong') return y === 1 ? -Infinity : Infinity;
  return [0, 40, -40, 800, -800, -0][i % 6];
}

/** Predictions for a row whose true class is `label`. */
function fillRow(
  { domain }: Subject,
  kind: Kind,
  i: number,
  random: () => number,
  label: number,
  p: Float64Array,
): void {
  const isSpecial = i % 7 === SPECIAL;
  const other = (label + 1) % p.length;
  if (domain === 'probabilities') {
    setEach(p, random);
    if (isSpecial) {
      // Certain of the true class, or of another; or only a zero among the others.
      if (i % 3 < 2) p.fill(0);
      p[i % 3 === 1 ? label : other] = i % 3 < 2 ? 1 : 0;
    }
    if (kind === 'NaN' && i === 5) p[other] = NaN;
    return;
  }
  setEach(p, () => 16 * random() - 8);
  if (isSpecial) {
    const isRight = kind === 'infinite and right';
    if (isRight || kind === 'infinite and wrong') {
      // −∞ on a class, or +∞ on one.
      if (i % 2 === 0) p[isRight ? other : label] = -Infinity;
      else p[isRight ? label : other] = Infinity;
    } else {
      p[label] = [800, -800, 40][i % 3];
    }
  }
  if (kind !== 'NaN') return;
  if (i === 5) p[other] = NaN;
  if (i === 12) p.fill(-Infinity);
  if (i === 19) p[label] = p[other] = Infinity;
}

/** Multiples of 1/16 up to 3; for some samples 0, if wanted. */
export function weightsFor(samples: number, seed: number, zeros: boolean): Float64Array {
  const random = seeded(seed);
  return Float64Array.from({ length: samples }, (_, i) => {
    const weight = (1 + Math.floor(48 * random())) / 16;
    return zeros && i % 7 === WEIGHTLESS ? 0 : weight;
  });
}

/** The data with predictions of a type; the labels' type goes with it. */
export function typed(
  { yTrue, yPred }: Data,
  type: 'float64' | 'float32',
): { yTrue: Numbers; yPred: Float32Array | Float64Array } {
  if (type === 'float64') return { yTrue, yPred };
  // Labels are exact in float32.
  const labels = yTrue instanceof Int32Array ? yTrue : new Float32Array(yTrue);
  return { yTrue: labels, yPred: new Float32Array(yPred) };
}
