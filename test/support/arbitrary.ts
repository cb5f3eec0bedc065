// Losses with any of their option sets, and data for them, as fast-check makes and shrinks them.
import fc from 'fast-check';
import {
  type Data,
  dataFor,
  type Kind,
  kindsFor,
  type Subject,
  subjects,
  weightsFor,
} from './option-sets.js';
import { sampleOfTests } from './sample.js';

export interface Example extends Data {
  /** For messages. */
  readonly name: string;
  readonly subject: Subject;
  readonly samples: number;
  /** 1 where a sample is a number. */
  readonly classes: number;
  readonly sampleWeight: Float64Array;
}

/** The option sets of each loss, from probabilities and from logits. */
export const families: readonly { readonly name: string; readonly list: readonly Subject[] }[] = [
  ...new Set(subjects.map(({ loss, domain }) => `${loss} of ${domain}`)),
].map((name) => ({
  name,
  list: subjects.filter(({ loss, domain }) => name === `${loss} of ${domain}`),
}));

/** So many option sets of each family, others in each run; all of them in a thorough run. */
export function someOfEach(most: number): readonly Subject[] {
  return families.flatMap(({ list }) => sampleOfTests(list, most));
}

/** Mostly few samples; some make several blocks. */
const sizes = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 41, max: 5000 }) },
);

/** Data of any kind that suits; `exclude` leaves kinds out. */
export function examples(
  list: readonly Subject[],
  exclude: readonly Kind[] = [],
): fc.Arbitrary<Example> {
  return fc
    .record({
      subject: fc.constantFrom(...list.keys()),
      elements: sizes,
      classes: fc.integer({ min: 2, max: 12 }),
      kind: fc.nat(),
      seed: fc.nat({ max: 2 ** 30 }),
    })
    .map(({ subject: i, elements, classes: wide, kind, seed }) => {
      const subject = list[i];
      const classes = subject.shape === 'single' ? 1 : wide;
      const samples = Math.ceil(elements / classes);
      const kinds = kindsFor(subject).filter((each) => !exclude.includes(each));
      const data = dataFor(subject, kinds[kind % kinds.length], samples, classes, seed);
      const sampleWeight = weightsFor(samples, seed + 1, true);
      return { ...data, name: subject.name, subject, samples, classes, sampleWeight };
    });
}

/** The arrays of samples from … to − 1. */
export function part(
  { yTrue, yPred, sampleWeight, samples }: Example,
  from: number,
  to: number,
): Pick<Example, 'yTrue' | 'yPred' | 'sampleWeight'> {
  const labels = yTrue.length / samples;
  const width = yPred.length / samples;
  return {
    yTrue: yTrue.slice(from * labels, to * labels),
    yPred: yPred.slice(from * width, to * width),
    sampleWeight: sampleWeight.slice(from, to),
  };
}
