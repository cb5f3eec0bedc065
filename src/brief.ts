// The short way of sums over brief arrays, for which preparing a call would take longer than the sum (of
// eight elements, by 150 ns). It gives up where anything is not as plain, errors and NaN included: then
// the way of all calls decides.

import { plainKindOf, type TypedArray } from './arrays.js';
import type { Block } from './block.js';
import type { Core } from './definition.js';
import { quotient } from './running-sum.js';
import { BRIEF, type ElementType, type Workspace } from './workspace.js';

/** What a formula knows of it. */
export interface ShortWay {
  /** Whether yTrue are class indices. */
  readonly takesIndices: boolean;
  /** How many samples so many elements of yTrue and yPred are; 0 if they do not go together. */
  samples(labels: number, n: number): number;
  /** Leaves the sum of their losses in the workspace's total; NaN if the data ask for more. */
  total(
    workspace: Workspace,
    type: ElementType,
    yTrue: Block,
    yPred: Block,
    n: number,
    samples: number,
  ): void;
}

/** The mean of the losses, or their sum; NaN if that takes a call. */
export function reduceBrief(core: Core, yTrue: unknown, yPred: unknown, isMean: boolean): number {
  const { short } = core.formula;
  if (short === undefined) return NaN;
  const kind = plainKindOf(yPred);
  const isFloat32 = kind === 'float32';
  if (!isFloat32 && kind !== 'float64') return NaN;
  const { takesIndices } = short;
  const ofTrue = plainKindOf(yTrue);
  const isGood = ofTrue === 'uint8' || ofTrue === (takesIndices ? 'int32' : kind);
  if (!isGood) return NaN;
  const labels = yTrue as TypedArray;
  const predictions = yPred as TypedArray;
  const n = predictions.length;
  const samples = n > BRIEF ? 0 : short.samples(labels.length, n);
  // Detached, whatever their length: see checkAttached.
  if (samples === 0 || labels[0] === undefined || predictions[0] === undefined) return NaN;
  const type = isFloat32 ? 'f32' : 'f64';
  const workspace = core.backends.briefWorkspace(n, core.definition.few);
  const y = workspace.stage('yTrue', labels, takesIndices ? 'i32' : type);
  const p = workspace.stage('yPred', predictions, type);
  const { total } = workspace;
  short.total(workspace, type, y, p, n, samples);
  return quotient(total.array[total.at], total.array[total.at + 1], isMean ? samples : 1);
}

/** As many numbers as others. */
export function samplesOfPairs(labels: number, n: number): number {
  return labels === n ? n : 0;
}
