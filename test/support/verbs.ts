// The losses without their types: what all of them can do, whatever their options are.
import type { FloatArray, Numbers } from '../../src/arrays.js';
import type { Engine } from '../../src/index.js';
import type { Subject } from './option-sets.js';

export interface AnyAccumulator {
  update(yTrue: Numbers, yPred: Numbers, options?: object): AnyAccumulator;
  merge(other: unknown): AnyAccumulator;
  seal(): AnyAccumulator;
  readonly mean: number;
  readonly sum: number;
  readonly count: number;
  readonly weight: number;
  toJSON(): unknown;
}

export interface AnyLoss {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  mean(yTrue: Numbers, yPred: Numbers, options?: object): number;
  sum(yTrue: Numbers, yPred: Numbers, options?: object): number;
  perSample(yTrue: Numbers, yPred: Numbers, options?: object): FloatArray;
  gradient(yTrue: Numbers, yPred: Numbers, options?: object): FloatArray;
  valueAndGradient(
    yTrue: Numbers,
    yPred: Numbers,
    options?: object,
  ): { value: number; gradient: FloatArray };
  accumulator(options?: object): AnyAccumulator;
  with(options: object): AnyLoss;
}

/** A loss of an engine by its name. */
export function plainLoss(engine: Engine, name: string): AnyLoss {
  return (engine as unknown as Readonly<Record<string, AnyLoss>>)[name];
}

/** A loss of an engine with the options of a subject. */
export function lossOf(engine: Engine, { loss, optionsFor }: Subject, classes = 1): AnyLoss {
  return plainLoss(engine, loss).with(optionsFor(classes));
}
