// The sums of one loss over data that come in parts, and the samples that wait for a block to be full.

import type { UpdateOptions } from './accumulator.js';
import type { Numbers } from './arrays.js';
import { samplesPerBlock } from './block.js';
import { type Call, openArguments } from './call.js';
import type { Core } from './definition.js';
import { keep, zeroWeights } from './kept.js';
import { areSame, lossText } from './loss-text.js';
import { asDenominator, type Denominator, type Divisor, Sums } from './means.js';
import { asPredictions } from './predictions.js';
import { Staged } from './staged.js';
import { type AccumulatorState, readState, type StagedState, writeState } from './state.js';
import { readStream, type Samples, type StreamOptions } from './stream.js';
import { addBlock } from './sums.js';
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
  private isSealed = false;
  /** Of the predictions: fixed by the first that come. */
  private isFloat32: boolean | undefined = undefined;
  private classes: number | undefined = undefined;

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
    if (isFloat32 !== undefined && (state.isFloat32 ?? isFloat32) !== isFloat32) {
      const [expected, got] = [isFloat32, state.isFloat32].map(typeName);
      throw new RangeError(`${callName}: expected ${path}.predictions '${expected}', got '${got}'`);
    }
    const expected =
      denominator === undefined ? state.denominator : asDenominator(callName, denominator);
    if (state.denominator !== expected) {
      throw new RangeError(
        `${callName}: expected ${path}.denominator '${expected}', got '${state.denominator}'`,
      );
    }
    const made = new Accumulation(core, expected);
    made.sums = state.sums;
    made.isSealed = state.isSealed;
    made.isFloat32 = state.isFloat32;
    made.classes = state.classes;
    if (state.staged !== undefined) {
      made.staged = restage(state.staged);
      // Whoever has made the state, its samples must be such that they can be added up.
      made.closed(`${callName}: ${path}.staged`);
    }
    return made;
  }

  /** Throws if the samples of a call cannot be added. */
  checkFits({ name, classes, yPred }: Call): void {
    const isFloat32 = yPred.kind === 'float32';
    if (this.isFloat32 !== undefined && this.isFloat32 !== isFloat32) {
      const [expected, got] = [this.isFloat32, isFloat32].map(typeName);
      throw new TypeError(`${name}: expected yPred to be ${expected} as before, got ${got}`);
    }
    if (this.classes !== undefined && this.classes !== classes) {
      throw new RangeError(`${name}: expected ${this.classes} classes as before, got ${classes}`);
    }
  }

  checkUnsealed(callName: string): void {
    if (!this.isSealed) return;
    throw new TypeError(
      `${callName}: expected an accumulator that takes samples, got a sealed one`,
    );
  }

  /** Begins to add the samples of a call. */
  begin(call: Call): Addition {
    const { core } = this;
    const { n, classes, yPred } = call;
    const size = samplesPerBlock(classes);
    const isFloat32 = yPred.kind === 'float32';
    const staged = this.staged ?? new Staged({ labels: call.yTrue.length / n, classes, isFloat32 });
    const waiting = staged.n;
    const head = waiting === 0 ? 0 : Math.min(n, size - waiting);
    const tail = (n - head) % size;
    // What is staged now is added up later: it must be sound.
    this.checkSamples(call, 0, head);
    this.checkSamples(call, n - tail, tail);
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
    for (const [name, a, b] of [
      ['classes', this.classes, other.classes],
      ['predictions', typeName(this.isFloat32), typeName(other.isFloat32)],
    ]) {
      if (a !== undefined && b !== undefined && a !== b) {
        throw new RangeError(`${callName}: expected ${name} of ${a}, got ${b}`);
      }
    }
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
      staged:
        staged === undefined || staged.n === 0
          ? undefined
          : {
              layout: staged.layout,
              isWeighted: staged.isWeighted,
              yTrue: Array.from(staged.first('yTrue', staged.n)),
              yPred: Array.from(staged.first('yPred', staged.n)),
              weights: Array.from(staged.first('sampleWeight', staged.n)),
            },
    });
  }

  private get signature(): string {
    const { name, options } = this.core;
    return `${lossText(name, options)}, denominator '${this.denominator}'`;
  }

  /**
   * Throws if one of n samples is not sound. Looking through their elements tells, for most losses; for
   * the others, computing the losses does.
   */
  private checkSamples(call: Call, from: number, n: number): void {
    if (n === 0) return;
    const { formula } = this.core;
    const kept = keep(call, from, n, zeroWeights(call, from, n));
    if (kept.n === 0 || formula.check(kept.call, kept.from, kept.n)) return;
    formula.writeLosses(kept.call, kept.from, kept.n, call.workspace.losses);
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
    const yTrue = staged.argument(callName, 'yTrue', n);
    const yPred = staged.argument(callName, 'yPred', n);
    const weights = isWeighted ? staged.argument(callName, 'sampleWeight', n) : undefined;
    const call = openArguments(this.core, callName, yTrue, yPred, weights, false);
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
  for (const accumulation of accumulations) accumulation.checkUnsealed(callName);
  const truth = asArgument(callName, 'yTrue', yTrue);
  const predictions = asPredictions(callName, yPred, isFloat32);
  const weights =
    sampleWeight === undefined ? undefined : asArgument(callName, 'sampleWeight', sampleWeight);
  const calls: Call[] = [];
  try {
    const additions: Addition[] = [];
    for (const accumulation of accumulations) {
      const { core } = accumulation;
      const name = accumulations.length === 1 ? callName : `${callName}: ${core.name}`;
      const call = openArguments(core, name, truth, predictions, weights, true);
      if (call.n === 0) continue;
      accumulation.checkFits(call);
      calls.push(call);
      additions.push(accumulation.begin(call));
    }
    runTogether(additions);
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
  for (const accumulation of accumulations) accumulation.checkUnsealed(callName);
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

function typeName(isFloat32: boolean | undefined): string | undefined {
  return isFloat32 === undefined ? undefined : isFloat32 ? 'float32' : 'float64';
}

function restage({ layout, isWeighted, yTrue, yPred, weights }: StagedState): Staged {
  const staged = new Staged(layout);
  staged.fill(yTrue, yPred, weights);
  staged.isWeighted = isWeighted;
  return staged;
}
