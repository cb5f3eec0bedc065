// A job as numbers on the board, and what a thread makes of them.

import { Argument } from '../argument.js';
import type { FloatArray, Kind, TypedArray } from '../arrays.js';
import { Call, type Shape } from '../call.js';
import type { Core } from '../definition.js';
import { typedArrayName } from '../exotic.js';
import type { Workspace } from '../workspace.js';
import { JOB_NUMBERS } from './board.js';
import { type Job, VERBS } from './job.js';

/** Where an array of a job lies: in the memory of that number. */
export interface Place {
  readonly memory: number;
  readonly byteOffset: number;
  /** Elements from one run to the next in the ring; 0 if the array is there as a whole. */
  readonly slot: number;
}

/** A job as the caller has it. */
export interface Posted extends Job {
  /** The number of the core. */
  readonly coreId: number;
  /** Runs whose arrays are in the ring at once. */
  readonly slots: number;
  /** Of yTrue, yPred, the weights and the output. */
  readonly places: readonly (Place | undefined)[];
}

type View = new (buffer: ArrayBufferLike, byteOffset?: number, length?: number) => TypedArray;

const TYPES: readonly View[] = [
  Float64Array,
  Float32Array,
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
];
const NAMES: readonly unknown[] = /* @__PURE__ */ TYPES.map(({ name }) => name);

/** The constructor of such an array. */
export function typeOf(values: TypedArray): View {
  return TYPES[NAMES.indexOf(typedArrayName(values))];
}

const KINDS: readonly Kind[] = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'uint8',
  'int32',
  'float32Safe',
  'uint32',
  'int64',
  'uint64',
];

const ARRAYS_AT = 14;
const ARRAY_NUMBERS = 6;
const NONE = -1;

/** How an argument holds its elements. */
function kindOf({ format, kind }: Argument): Kind {
  return format === 'plain' ? kind : format;
}

export function writeJob(job: Posted, to: Float64Array): void {
  const { call, output, places } = job;
  to[0] = VERBS.indexOf(job.verb);
  to[1] = job.coreId;
  to[2] = job.size;
  to[3] = job.blocks;
  to[4] = job.zeros;
  to[5] = job.divisor;
  to[6] = Number(job.isSummed) + 2 * Number(job.isDivided) + 4 * Number(output?.inScratch ?? false);
  to[7] = job.slots;
  to[8] = job.from;
  to[9] = job.to;
  to[10] = call.n;
  to[11] = call.classes;
  to[12] = Number(call.type === 'f32');
  to[13] = Number(call.losses === 'f32');
  const { yTrue, yPred, weights } = call;
  writeArray(to, 0, places[0], yTrue.values, KINDS.indexOf(kindOf(yTrue)), yTrue.length);
  writeArray(to, 1, places[1], yPred.values, KINDS.indexOf(kindOf(yPred)), yPred.length);
  const w = weights?.values;
  const kind = weights === undefined ? NONE : KINDS.indexOf(kindOf(weights));
  writeArray(to, 2, places[2], w, kind, weights?.length ?? 0);
  writeArray(to, 3, places[3], output?.array, NONE, output?.array.length ?? 0);
}

function writeArray(
  to: Float64Array,
  index: number,
  place: Place | undefined,
  values: TypedArray | undefined,
  kind: number,
  length: number,
): void {
  const at = ARRAYS_AT + index * ARRAY_NUMBERS;
  to[at] = place?.memory ?? NONE;
  to[at + 1] = place?.byteOffset ?? 0;
  to[at + 2] = place?.slot ?? 0;
  to[at + 3] = NAMES.indexOf(typedArrayName(values));
  to[at + 4] = kind;
  to[at + 5] = length;
}

/** What a thread knows of memories and cores by their numbers. */
export interface Knowledge {
  bufferOf(memory: number): SharedArrayBuffer | undefined;
  /** Where blocks of arrays in that memory are read. */
  workspaceIn(memory: number): Workspace;
  coreOf(id: number): Core | undefined;
}

/** An argument of which a thread sees one run at a time, as samples from 0 on. */
class RunArgument extends Argument {
  override readonly length: number;
  /** Elements from one run to the next. */
  private readonly slot: number;

  constructor(values: TypedArray, kind: Kind, name: string, length: number, slot: number) {
    super(values, kind, 'threads', name);
    this.length = length;
    this.slot = slot;
  }

  /** Shows the elements of a run, whose first is `first` in the whole. */
  aim(first: number, slot: number): void {
    this.base = this.slot === 0 ? -first : -slot * this.slot;
  }
}

/** A job as a thread has read it, which goes on to be used as long as the numbers stay the same. */
export class ReadJob implements Job {
  readonly numbers = new Float64Array(JOB_NUMBERS);
  readonly verb: Job['verb'];
  readonly core: Core;
  readonly call: Call;
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly blocks: number;
  readonly zeros: number;
  readonly divisor: number;
  readonly isSummed: boolean;
  readonly isDivided: boolean;
  output: Job['output'];
  private readonly slots: number;
  private readonly arguments: readonly (RunArgument | undefined)[];
  private readonly results: FloatArray | undefined;
  private readonly resultSlot: number;

  /** Throws if the thread does not know a memory or the core. */
  constructor(numbers: Float64Array, known: Knowledge) {
    const own = this.numbers;
    own.set(numbers);
    const [verb, coreId, size, blocks, zeros, divisor, flags, slots, from, to] = own;
    this.verb = VERBS[verb];
    this.core = must(known.coreOf(coreId));
    this.from = from;
    this.to = to;
    this.size = size;
    this.blocks = blocks;
    this.zeros = zeros;
    this.divisor = divisor;
    this.isSummed = (flags & 1) !== 0;
    this.isDivided = (flags & 2) !== 0;
    this.slots = slots;
    const yTrue = must(argumentAt(own, 0, 'yTrue', known));
    const yPred = must(argumentAt(own, 1, 'yPred', known));
    const weights = argumentAt(own, 2, 'sampleWeight', known);
    this.arguments = [yTrue, yPred, weights];
    const out = ARRAYS_AT + 3 * ARRAY_NUMBERS;
    this.results = viewAt(own, 3, known) as FloatArray | undefined;
    this.resultSlot = own[out + 2];
    if (this.results !== undefined) {
      this.output = { array: this.results, inScratch: (flags & 4) !== 0 };
    }
    // (As the caller has decided it.)
    const [n, classes, isNarrow, hasNarrowLosses] = own.subarray(10, ARRAYS_AT);
    const shape: Shape = {
      n,
      classes,
      type: isNarrow === 1 ? 'f32' : 'f64',
      losses: hasNarrowLosses === 1 ? 'f32' : 'f64',
    };
    const memory = own[ARRAYS_AT + ARRAY_NUMBERS];
    const workspace = known.workspaceIn(memory > 0 ? memory : own[ARRAYS_AT]);
    this.call = new Call('threads', yTrue, yPred, weights, shape, workspace, false);
  }

  /** Whether it is the job of these numbers. */
  is(numbers: Float64Array): boolean {
    for (let i = 0; i < JOB_NUMBERS; i++) if (numbers[i] !== this.numbers[i]) return false;
    return true;
  }

  /** Shows the samples of a run, from 0 on: how many there are. */
  aim(run: number): number {
    const { call, results } = this;
    const samples = this.size * this.blocks;
    const first = this.from + run * samples;
    const n = Math.min(samples, this.to - first);
    const slot = run % this.slots;
    for (const argument of this.arguments) {
      argument?.aim((first * argument.length) / call.n, slot);
    }
    if (results !== undefined && this.output !== undefined) {
      const each = this.verb === 'writeLosses' ? 1 : call.classes;
      const from = this.resultSlot === 0 ? first * each : slot * this.resultSlot;
      const array = results.subarray(from, from + n * each);
      this.output = { array, inScratch: this.output.inScratch };
    }
    return n;
  }
}

function argumentAt(
  numbers: Float64Array,
  index: number,
  name: string,
  known: Knowledge,
): RunArgument | undefined {
  const values = viewAt(numbers, index, known);
  if (values === undefined) return undefined;
  const at = ARRAYS_AT + index * ARRAY_NUMBERS;
  const slot = numbers[at + 2];
  return new RunArgument(values, KINDS[numbers[at + 4]], name, numbers[at + 5], slot);
}

/** The array as a whole, or all of the ring that it may lie in. */
function viewAt(numbers: Float64Array, index: number, known: Knowledge): TypedArray | undefined {
  const at = ARRAYS_AT + index * ARRAY_NUMBERS;
  const [memory, byteOffset, slot, type, kind, length] = numbers.subarray(at, at + ARRAY_NUMBERS);
  if (memory === NONE) return undefined;
  const buffer = must(known.bufferOf(memory));
  const View = TYPES[type];
  if (slot !== 0) return new View(buffer, byteOffset);
  const width = KINDS[kind] === 'int64' || KINDS[kind] === 'uint64' ? 2 : 1;
  return new View(buffer, byteOffset, length * width);
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('this thread has not been told yet');
  return value;
}
