// The sums of one loss over data that come in parts, and the samples that wait for a block to be full.

import type { UpdateOptions } from './accumulator.js';
import type { Numbers } from './arrays.js';
import { type Call, openArguments } from './call.js';
import type { Core } from './definition.js';
import { zeroWeights } from './kept.js';
import { areSame, lossText } from './loss-text.js';
import { type Denominator, type Divisor, Sums } from './means.js';
import { asPredictions } from './predictions.js';
import {
  checkAsWanted,
  checkFits,
  checkSameKind,
  checkSamples,
  checkUnsealed,
} from './sample-kind.js';
import { Staged } from './staged.js';
import { type AccumulatorState, readState, writeState } from './state.js';
import { readStream, type Samples, type StreamOptions } from './stream.js';
import { addBlock, addByThreads } from './sums.js';
import { type Course, runTogether } from './together.js';
import { asArgument, checkNames } from './validate.js';

/** Samples on their way into an accumulation, which is as it was before until they are committed. */
interface Addition extends Course {
  /** Cannot fail. */
  commit(): void;
}

export class Accumulation {
  readonly core: Core;
  readonly denominator: Denominator;
  private sums: Sums;
  private staged: Staged | undefined = undefined;
  isSealed = false;
  /** Of the predictions: fixed by the first that come. */
  isFloat32: boolean | undefined = undefined;
  classes: number | undefined = undefined;

  constructor(core: Core, denominator: Denominator) {
    this.core = core;
    this.denominator = denominator;
    this.sums = new Sums(denominator);
  }

  /** One that goes on from a state, which may be anything; `path` names it in errors. */
  static from(
    callName: string,
    path: string,
    core: Core,
    from: unknown,
    denominator: Denominator | undefined,
    isFloat32: boolean | undefined,
  ): Accumulation {
    const state = readState(callName, path, core, from);
    checkAsWanted(callName, path, state, denominator, isFloat32);
    const made = new Accumulation(core, state.denominator);
    made.sums = state.sums;
    made.isSealed = state.isSealed;
    made.isFloat32 = state.isFloat32;
    made.classes = state.classes;
    if (state.staged !== undefined) {
      made.staged = state.staged;
      // Whoever has made the state, its samples must be such that they can be added up.
      made.closed(`${callName}: ${path}.staged`);
    }
    return made;
  }

  /** Begins to add the samples of a call. */
  begin(call: Call): Addition {
    const { core } = this;
    const { n, classes, reads: held, yPred, blockSize: size } = call;
    const isFloat32 = yPred.kind === 'float32';
    const staged =
      this.staged ?? new Staged({ labels: call.yTrue.length / n, classes, held, isFloat32 });
    const waiting = staged.n;
    const head = waiting === 0 ? 0 : Math.min(n, size - waiting);
    const tail = (n - head) % size;
    // What is staged now is added up later: it must be sound.
    checkSamples(core, call, 0, head);
    checkSamples(core, call, n - tail, tail);
    const sums = this.sums.copy();
    // (Beyond what waits: it is there only once its number says so.)
    staged.reserve(waiting, Math.max(waiting + head, tail), size);
    staged.put(call, 0, head, waiting);
    const isWeighted = staged.isWeighted || (head > 0 && call.weights !== undefined);
    const isFull = waiting + head === size;
    if (isFull) this.addStaged(core.name, sums, staged, size, isWeighted);
    let done = head;
    return {
      position: () => (done < n - tail ? done * classes : Infinity),
      step: () => {
        addBlock(core, call, done, size, sums.losses, sums.divisor);
        done += size;
      },
      leap: () => {
        const end = n - tail;
        if (addByThreads(core, call, head, end, sums.losses, sums.divisor)) done = end;
      },
      commit: () => {
        staged.put(call, n - tail, tail, 0);
        staged.n = isFull || waiting === 0 ? tail : waiting + head;
        staged.isWeighted = tail > 0 ? call.weights !== undefined : !isFull && isWeighted;
        this.staged = staged;
        this.sums = sums;
        this.isFloat32 = isFloat32;
        this.classes = classes;
      },
    };
  }

  /** Throws if another one's sums cannot be added. */
  checkMerges(callName: string, other: Accumulation): void {
    const isLike =
      this.core.name === other.core.name &&
      this.denominator === other.denominator &&
      areSame(this.core.options, other.core.options);
    if (!isLike) {
      throw new RangeError(
        `${callName}: expected an accumulator of ${this.signature}, got one of ${other.signature}`,
      );
    }
    checkSameKind(callName, this, other);
  }

  merge(other: Accumulation): void {
    this.sums.add(other.closed());
    this.classes ??= other.classes;
    this.isFloat32 ??= other.isFloat32;
  }

  seal(): void {
    this.sums = this.closed();
    this.staged = undefined;
    this.isSealed = true;
  }

  /** The sums with what is staged. */
  closed(callName = this.core.name): Sums {
    const sums = this.sums.copy();
    const { staged } = this;
    if (staged !== undefined && staged.n > 0) {
      this.addStaged(callName, sums, staged, staged.n, staged.isWeighted);
    }
    return sums;
  }

  /** What all samples count for, without their losses. */
  closedDivisor(): Divisor {
    const { core, staged } = this;
    const { divisor } = this.sums.copy();
    if (staged !== undefined && staged.n > 0) {
      this.withStaged(core.name, staged, staged.n, staged.isWeighted, (call) =>
        divisor.addBlock(call, core.formula, 0, call.n, zeroWeights(call, 0, call.n)),
      );
    }
    return divisor;
  }

  state(): AccumulatorState {
    const { core, denominator, isFloat32, classes, sums, staged, isSealed } = this;
    return writeState({
      loss: core.name,
      options: core.options,
      denominator,
      isFloat32,
      classes,
      sums,
      isSealed,
      staged,
    });
  }

  private get signature(): string {
    const { name, options } = this.core;
    return `${lossText(name, options)}, denominator '${this.denominator}'`;
  }

  private addStaged(
    callName: string,
    sums: Sums,
    staged: Staged,
    n: number,
    isWeighted: boolean,
  ): void {
    this.withStaged(callName, staged, n, isWeighted, (call) =>
      addBlock(this.core, call, 0, n, sums.losses, sums.divisor),
    );
  }

  private withStaged(
    callName: string,
    staged: Staged,
    n: number,
    isWeighted: boolean,
    use: (call: Call) => void,
  ): void {
    const call = staged.open(this.core, callName, n, isWeighted);
    try {
      use(call);
    } finally {
      call.workspace.release();
    }
  }
}

/**
 * Adds samples to accumulations of one or several losses, all of them or, after an error, none.
 *
 * @param isFloat32 what predictions count as, if not as what they are
 * @returns how many samples of the first loss
 */
export function addSamples(
  callName: string,
  accumulations: readonly Accumulation[],
  isFloat32: boolean | undefined,
  yTrue: Numbers,
  yPred: Numbers,
  options: { readonly [Option in keyof UpdateOptions]: UpdateOptions[Option] | undefined },
): number {
  checkNames(callName, options, ['sampleWeight']);
  const { sampleWeight } = options;
  for (const accumulation of accumulations) checkUnsealed(callName, accumulation);
  const truth = asArgument(callName, 'yTrue', yTrue);
  const predictions = asPredictions(callName, yPred, isFloat32);
  const weights =
    sampleWeight === undefined ? undefined : asArgument(callName, 'sampleWeight', sampleWeight);
  const calls: Call[] = [];
  try {
    const begun: (readonly [Accumulation, Call])[] = [];
    const additions: Addition[] = [];
    for (const accumulation of accumulations) {
      const { core } = accumulation;
      const name = accumulations.length === 1 ? callName : `${callName}: ${core.name}`;
      const call = openArguments(core, name, truth, predictions, weights, true);
      if (call.n === 0) continue;
      checkFits(call, accumulation);
      calls.push(call);
      begun.push([accumulation, call]);
      additions.push(accumulation.begin(call));
    }
    runTogether(additions, () => begun.map(([accumulation, call]) => accumulation.begin(call)));
    for (const addition of additions) addition.commit();
  } finally {
    for (const { workspace } of calls) workspace.release();
  }
  return calls.length === 0 ? 0 : calls[0].n;
}

/** The same for each chunk of a stream. */
export async function addChunks(
  callName: string,
  accumulations: readonly Accumulation[],
  isFloat32: boolean | undefined,
  chunks: unknown,
  options: Readonly<StreamOptions>,
): Promise<void> {
  for (const accumulation of accumulations) checkUnsealed(callName, accumulation);
  await readStream<Samples>(
    callName,
    chunks,
    ['yTrue', 'yPred', 'sampleWeight'],
    options,
    (name, chunk) => {
      const { yTrue, yPred, sampleWeight } = chunk;
      return addSamples(name, accumulations, isFloat32, yTrue, yPred, { sampleWeight });
    },
  );
}
