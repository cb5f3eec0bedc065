import type { FloatArray, Numbers } from '../../src/arrays.js';

/** What the losses have in common, whatever their options and their arrays' types are. */
export interface Loss {
  readonly name: string;
  mean(yTrue: Numbers, yPred: Numbers): number;
  sum(yTrue: Numbers, yPred: Numbers): number;
  perSample(yTrue: Numbers, yPred: Numbers, options?: { out?: FloatArray }): FloatArray;
}
