/** Which columns are likely to be what, by their names. */

import type { LossName, Query } from './score';
import type { Overview } from './worker';

const TRUTH = /^(y|y_?true|true|truth|target|label|labels|class|actual|spam|price)$/i;
const WEIGHT = /weight/i;
const PROBABILITY = /prob/i;
const LOGIT = /logit/i;

export function guessed({ names, head }: Overview): Query {
  const weight = names.findIndex((name) => WEIGHT.test(name));
  const truth = Math.max(
    0,
    names.findIndex((name) => TRUTH.test(name)),
  );
  const others = [...names.keys()].filter((k) => k !== truth && k !== weight);
  const from = others[0] ?? truth;
  const to = others.at(-1) ?? from;
  const [name = ''] = [names[from]];
  const isLogit = LOGIT.test(name);
  let loss: LossName = 'squaredError';
  if (others.length > 2 && areClasses(head, truth)) loss = 'sparseCategoricalCrossEntropy';
  else if (isLogit || PROBABILITY.test(name) || areShares(head, [truth, from]))
    loss = 'binaryCrossEntropy';
  return {
    loss,
    truth,
    from,
    to,
    weight: weight < 0 ? undefined : weight,
    delta: 1,
    quantile: 0.5,
    fromLogits: isLogit,
  };
}

function areClasses(head: Overview['head'], truth: number): boolean {
  return head.every((row) => Number.isInteger(row[truth]));
}

/** Labels of 0 and 1 beside numbers from 0 to 1. */
function areShares(head: Overview['head'], [truth, from]: readonly [number, number]): boolean {
  return head.every((row) => {
    const [y, p] = [row[truth], row[from]];
    return (y === 0 || y === 1) && p !== undefined && p >= 0 && p <= 1;
  });
}
