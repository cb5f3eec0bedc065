import { isShared } from '../exotic.js';
import type { Task } from './threads.js';

/** Elements of yPred from which it pays to wake threads, where a loss reads and adds; */
const MANY = 2 ** 17;
/** and where it computes a logarithm or an exponential of each. */
const MANY_DEAR = 2 ** 14;

/**
 * What an engine is made with, beside its options, by tests: its threads take part in calls of any size,
 * and the caller leaves all work to the others.
 */
export const REHEARSAL: unique symbol = /* @__PURE__ */ Symbol.for('lossmeter.rehearsal');

/** Whether there is anything that threads can do: what reads one element of a row is done before they wake. */
export function isThere({ call, from = 0, to = call.n }: Task): boolean {
  return to > from && call.workspace.backend === 'wasm' && call.reads === call.classes;
}

/** Whether threads are of use. */
export function isWorth(task: Task): boolean {
  const { verb, core, call, from = 0, to = call.n } = task;
  const elements = (to - from) * call.classes;
  if (elements < MANY_DEAR || !isThere(task)) return false;
  const isDear = core.formula.rereads || verb.startsWith('write');
  if (elements < (isDear ? MANY_DEAR : MANY)) return false;
  // (What is not shared the caller copies, which takes longer than a difference and its square do.)
  const { yTrue, yPred, weights = yPred } = call;
  const { array } = task.output ?? { array: yPred.values };
  const isLight = core.formula.weighted !== undefined;
  return !isLight || [yTrue.values, yPred.values, weights.values, array].every(isShared);
}
