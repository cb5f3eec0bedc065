// test/data/expected.json: what scikit-learn and PyTorch say of real predictions.
import { readFileSync } from 'node:fs';
import type { Case } from './cases.js';
import { readNpy } from './npy.js';

interface Expected {
  readonly loss: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly verb: string;
  readonly yTrue: string;
  readonly yPred: string;
  readonly sampleWeight?: string;
  readonly expected: number | readonly number[];
  readonly rtol?: number;
}

const text = readFileSync(new URL('../data/expected.json', import.meta.url), 'utf8');

/** As `binaryCrossEntropy.mean of breast-cancer-logit-f64, fromLogits true, positiveWeight 2.5`. */
function idOf({ loss, options = {}, verb, yPred, sampleWeight }: Expected): string {
  const set = Object.entries(options).map(([name, value]) =>
    Array.isArray(value) ? name : `${name} ${String(value)}`,
  );
  const weighted = sampleWeight === undefined ? [] : ['sampleWeight'];
  return [`${loss}.${verb} of ${yPred}`, ...set, ...weighted].join(', ');
}

/** PyTorch's own rounding errors, where exact values show them. */
function atolOf({ loss, options = {} }: Expected): number {
  if (loss !== 'binaryCrossEntropy') return 0;
  // From logits with a weight it subtracts two numbers of the size of z, up to 32 here.
  if (options.positiveWeight !== undefined) return 2 ** -49;
  // It rounds 1 − p before it takes the logarithm.
  return 2 ** -53;
}

export const expectedCases: readonly Case[] = (
  JSON.parse(text) as { cases: readonly Expected[] }
).cases.map((found) => {
  const { loss, options = {}, verb, yTrue, yPred, sampleWeight, expected, rtol } = found;
  return {
    id: idOf(found),
    loss,
    options,
    verb,
    call: sampleWeight === undefined ? {} : { sampleWeight: () => readNpy(sampleWeight) },
    yTrue: () => readNpy(yTrue),
    yPred: () => readNpy(yPred),
    expected: [expected].flat(),
    rtol: rtol ?? 1e-12,
    atol: atolOf(found),
  };
});
