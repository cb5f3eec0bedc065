/** The loops people write: a textbook's formula each. */
import { type Arrays, CLASSES, type TaskName } from './task';

type Loop = (arrays: Arrays) => number;

const squaredError: Loop = ({ yTrue, yPred }) => {
  let sum = 0;
  for (let i = 0; i < yPred.length; i++) {
    const d = (yPred[i] as number) - (yTrue[i] as number);
    sum += d * d;
  }
  return sum / yPred.length;
};

const absoluteError: Loop = ({ yTrue, yPred }) => {
  let sum = 0;
  for (let i = 0; i < yPred.length; i++) {
    sum += Math.abs((yPred[i] as number) - (yTrue[i] as number));
  }
  return sum / yPred.length;
};

const huber: Loop = ({ yTrue, yPred }) => {
  let sum = 0;
  for (let i = 0; i < yPred.length; i++) {
    const d = Math.abs((yPred[i] as number) - (yTrue[i] as number));
    sum += d <= 1 ? 0.5 * d * d : d - 0.5;
  }
  return sum / yPred.length;
};

const binaryCrossEntropy: Loop = ({ yTrue, yPred }) => {
  let sum = 0;
  for (let i = 0; i < yPred.length; i++) {
    const y = yTrue[i] as number;
    const p = yPred[i] as number;
    sum -= y * Math.log(p) + (1 - y) * Math.log(1 - p);
  }
  return sum / yPred.length;
};

const sparseCategoricalCrossEntropy: Loop = ({ yTrue, yPred }) => {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    sum -= Math.log(yPred[i * CLASSES + (yTrue[i] as number)] as number);
  }
  return sum / yTrue.length;
};

export const LOOPS: Readonly<Record<TaskName, Loop>> = {
  squaredError,
  absoluteError,
  huber,
  binaryCrossEntropy,
  sparseCategoricalCrossEntropy,
};
