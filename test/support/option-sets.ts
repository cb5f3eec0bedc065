// Every loss of the table with every combination of its options, and data that suit it.
import type { PlainNumbers as Numbers } from '../../src/arrays.js';
import { samplesPerBlock } from '../../src/block.js';
import type { Formula, Options } from '../losses/formulas.mjs';
import {
  type Domain,
  type Family,
  type Loss,
  losses,
  type OptionSet,
  type Shape,
} from '../losses/losses.mjs';
import { seeded } from '../losses/numbers.mjs';

/** A loss with a set of its options. */
export interface Subject {
  /** As `binaryCrossEntropy, fromLogits true, labelSmoothing 0.1`. */
  readonly name: string;
  readonly loss: string;
  readonly formula: Formula;
  readonly domain: Domain;
  readonly shape: Shape;
  /** Options of `with` for so many classes. */
  readonly optionsFor: (classes: number) => Options;
}

/** One value for each option, in every combination. */
function combinations(choices: Family['choices']): OptionSet[] {
  return Object.entries(choices).reduce<OptionSet[]>(
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

const inOrder = (set: OptionSet): string => JSON.stringify(Object.entries(set).sort());

/** A loss of the table with a set of its options. */
function subjectOf({ name, shape, formula }: Loss, domain: Domain, set: OptionSet): Subject {
  return {
    name: [name, ...Object.entries(set).map(([option, value]) => `${option} ${value}`)].join(', '),
    loss: name,
    formula,
    domain,
    shape,
    optionsFor: (classes) => ({
      ...set,
      ...(shape === 'dense' ? { classes } : {}),
      // In the table it says only that there is one.
      ...('classWeight' in set ? { classWeight: classWeights(classes) } : {}),
    }),
  };
}

/** Losses of probabilities with a set of options of one's own. */
export function ofProbabilities(name: string, set: OptionSet): Subject {
  const loss = losses.find((one) => one.name === name);
  if (loss === undefined) throw new Error(`no loss ${name}`);
  return subjectOf(loss, 'probabilities', set);
}

/** The samples of a block: of its probabilities, a loss by class index reads one of each, if no more are checked. */
export function blockSizeOf({ shape, optionsFor }: Subject, classes: number): number {
  const { check, normalize, labelSmoothing } = optionsFor(classes);
  const readsOne = shape === 'sparse' && check === 'used' && !normalize && !labelSmoothing;
  return samplesPerBlock(readsOne ? 1 : classes);
}

function subjectsOf(choose: (family: Family) => readonly OptionSet[]): Subject[] {
  return losses.flatMap((loss) =>
    loss.families.flatMap((family) => {
      const sets = new Map(choose(family).map((set) => [inOrder(set), set]));
      return [...sets.values()].map((set) => subjectOf(loss, family.domain, set));
    }),
  );
}

/**
 * Every combination, and the telling sets of the table with what no combination has. (What nothing comes
 * to has tests of its own.)
 */
export const subjects = subjectsOf(({ choices, sets }) => [
  ...combinations(choices),
  ...sets.map(({ onEmpty: _, ...others }) => others),
]);

/** A few telling ones. */
export const fewSubjects = subjectsOf(({ sets }) => sets);

/** Those that differ in what reads the predictions: without options of labels. */
export const plainSubjects = fewSubjects.filter(
  ({ name }) => !/labelSmoothing|Weight|ignoreIndex|onEmpty/.test(name),
);

/** The plainest of a loss’s, and that with the most options. */
export const leastAndMost = subjectsOf(({ sets }) => [...sets.slice(0, 1), ...sets.slice(-1)]);

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
