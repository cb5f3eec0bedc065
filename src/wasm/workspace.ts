import type { Argument } from '../argument.js';
import type { FloatArray, TypedArray } from '../arrays.js';
import { BLOCK, type Block } from '../block.js';
import { dot, type Kernels, numbers, sum } from '../kernels.js';
import { asLabel, BRIEF, copyIn, type ElementType, Outbox, type Workspace } from '../workspace.js';
import { BoundKernels, type Exports } from './bound.js';
import {
  AT_LABEL,
  DOTS,
  FACTORS,
  INDICES,
  LINE,
  LOG,
  LOSSES,
  MASS,
  MAX,
  ONES,
  PRED,
  PREPARED,
  REST,
  RESULTS,
  SHARES,
  SLOPES,
  SUMS,
  TARGETS,
  TOTAL,
  TRUE,
  WEIGHTS,
} from './layout.js';

/** Formats as kernels are named after them. */
const SUFFIXES = { float16: 'f16', bfloat16: 'bf16', int64: 'i64', uint64: 'u64' } as const;

/** Views of the memory at one staging block, by element type. */
class Slot {
  readonly shown: Block;
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  /** The last quarter: a kernel can widen half floats from there to the start. */
  readonly u16: Uint16Array;
  readonly ptr: number;
  /** What was loaded last, so that a block that is needed again need not be. */
  argument: Argument | undefined;
  from = 0;
  n = 0;
  type: ElementType = 'f64';

  constructor(buffer: ArrayBuffer, ptr: number) {
    this.ptr = ptr;
    this.f64 = new Float64Array(buffer, ptr, BLOCK);
    this.f32 = new Float32Array(buffer, ptr, BLOCK);
    this.i32 = new Int32Array(buffer, ptr, 2 * BLOCK);
    this.u16 = new Uint16Array(buffer, ptr + 6 * BLOCK, BLOCK);
    this.shown = { array: this.f64, at: 0, ptr };
  }

  /** Copies packed elements as they are to where a kernel can unpack them in place: the address. */
  stage(argument: Argument, from: number, n: number): number {
    const start = from - argument.base;
    if (argument.isInt64) {
      copyIn(argument.values, 2 * start, 2 * n, this.i32);
      return this.ptr;
    }
    copyIn(argument.values, start, n, this.u16);
    return this.u16.byteOffset;
  }
}

/** The kernels of one instance, on the memory it was instantiated with. */
export class WasmWorkspace implements Workspace {
  readonly backend = 'wasm';
  readonly numbers: Pick<typeof numbers, ElementType>;
  readonly sum: Pick<typeof sum, ElementType>;
  readonly dot: Pick<typeof dot, ElementType>;
  readonly total: Block;
  readonly losses: Block;
  readonly prepared: Block;
  readonly targets: Block;
  readonly multipliers: Block;
  readonly max: Block;
  readonly rest: Block;
  readonly log: Block;
  readonly line: Block;
  readonly mass: Block;
  readonly sums: Block;
  readonly dots: Block;
  readonly slopes: Block;
  readonly indices: Block;
  readonly shares: Block;
  readonly atLabel: Block;
  readonly ones: Block;
  private readonly trueSlot: Slot;
  private readonly predSlot: Slot;
  private readonly weightsSlot: Slot;
  private readonly resultsSlot: Slot;
  private readonly results: { readonly f32: Outbox; readonly f64: Outbox };
  private readonly copies: { readonly prepared: Slot; readonly targets: Slot };
  private readonly direct: Block;
  private readonly buffer: ArrayBuffer;
  private readonly kernels: BoundKernels;
  /** For the kernels that have no twins, assembly/convert.ts. */
  private readonly exports: Exports;

  /** All that it writes lies from `base` on, as layout.ts says. */
  constructor(
    memory: WebAssembly.Memory,
    compile: (module: string) => WebAssembly.Module,
    base = 0,
  ) {
    const buffer = memory.buffer as ArrayBuffer;
    const slot = (ptr: number) => new Slot(buffer, base + ptr);
    const block = (ptr: number) => slot(ptr).shown;
    this.kernels = new BoundKernels(memory, compile, base);
    this.numbers = this.kernels.of(numbers);
    this.sum = this.kernels.of(sum);
    this.dot = this.kernels.of(dot);
    this.exports = this.kernels.exportsOf(numbers.module);
    this.buffer = buffer;
    this.trueSlot = slot(TRUE);
    this.predSlot = slot(PRED);
    this.weightsSlot = slot(WEIGHTS);
    this.resultsSlot = slot(RESULTS);
    const { f32, f64 } = this.resultsSlot;
    this.results = { f32: new Outbox(f32), f64: new Outbox(f64) };
    this.copies = { prepared: slot(PREPARED), targets: slot(TARGETS) };
    this.prepared = this.copies.prepared.shown;
    this.targets = this.copies.targets.shown;
    this.losses = block(LOSSES);
    this.multipliers = block(FACTORS);
    this.max = block(MAX);
    this.rest = block(REST);
    this.log = block(LOG);
    this.line = block(LINE);
    this.mass = block(MASS);
    this.sums = block(SUMS);
    this.dots = block(DOTS);
    this.slopes = block(SLOPES);
    this.indices = block(INDICES);
    this.shares = block(SHARES);
    this.atLabel = block(AT_LABEL);
    const total = base + TOTAL;
    this.total = { array: new Float64Array(buffer, total, 6), at: 0, ptr: total };
    this.ones = block(ONES);
    this.ones.array.fill(1);
    this.direct = { array: new Float64Array(buffer), at: 0, ptr: 0 };
  }

  of<Named extends Kernels>(kernels: Named): Pick<Named, ElementType> {
    return this.kernels.of(kernels);
  }

  stage(to: 'yTrue' | 'yPred' | 'weights', values: TypedArray, type: ElementType | 'i32'): Block {
    const slot = to === 'yTrue' ? this.trueSlot : to === 'yPred' ? this.predSlot : this.weightsSlot;
    slot[type].set(values);
    slot.argument = undefined;
    slot.shown.ptr = slot.ptr;
    return slot.shown;
  }

  yTrue(argument: Argument, from: number, n: number, type: ElementType): Block {
    return this.load(this.trueSlot, argument, from, n, type);
  }

  yPred(argument: Argument, from: number, n: number, type: ElementType): Block {
    return this.load(this.predSlot, argument, from, n, type);
  }

  weights(argument: Argument, from: number, n: number, type: ElementType = 'f64'): Block {
    return this.load(this.weightsSlot, argument, from, n, type);
  }

  copy(argument: Argument, from: number, n: number, to: 'prepared' | 'targets'): Block {
    const slot = this.copies[to];
    const shown = this.load(slot, argument, from, n, 'f64');
    // What is copied is changed afterwards.
    slot.argument = undefined;
    // A resident Float64Array would be shown in place, and must not be changed there.
    if (shown.ptr !== slot.ptr) {
      slot.f64.set(
        (argument.values as Float64Array).subarray(from - argument.base, from - argument.base + n),
      );
      shown.ptr = slot.ptr;
    }
    return shown;
  }

  inPlace(argument: Argument, from: number, type: ElementType): Block | undefined {
    const slot = this.predSlot;
    const kind = type === 'f32' ? 'float32' : 'float64';
    if (argument.format !== 'plain' || argument.kind !== kind) return undefined;
    const ptr = argument.addressIn(this.buffer, from);
    if (ptr < 0) return undefined;
    slot.argument = undefined;
    slot.shown.ptr = ptr;
    return slot.shown;
  }

  labels(argument: Argument, from: number, n: number, ignored: number | undefined): Block {
    const slot = this.trueSlot;
    const ptr = argument.addressIn(this.buffer, from);
    slot.argument = undefined;
    slot.shown.ptr = slot.ptr;
    if (argument.isInt64 && ignored === undefined) {
      this.unpack(slot, argument, from, n, 'i32');
    } else if (ptr >= 0 && argument.kind === 'int32' && ignored === undefined) {
      slot.shown.ptr = ptr;
    } else if (ptr >= 0 && argument.kind === 'uint8' && ignored === undefined) {
      this.exports.convert_u8_i32(ptr, slot.ptr, n);
    } else {
      for (let i = 0; i < n; i++) {
        const value = argument.at(from + i);
        slot.i32[i] = value === ignored ? 0 : asLabel(value);
      }
    }
    return slot.shown;
  }

  target(out: FloatArray, from: number, type: ElementType, inScratch: boolean): Block {
    const slot = this.resultsSlot;
    const View = type === 'f32' ? Float32Array : Float64Array;
    if (inScratch || !(out instanceof View && out.buffer === this.buffer)) return slot.shown;
    this.direct.ptr = out.byteOffset + View.BYTES_PER_ELEMENT * from;
    this.direct.at = this.direct.ptr / 8;
    return this.direct;
  }

  store(written: Block, out: FloatArray, from: number, n: number, type: ElementType): void {
    if (written === this.direct) return;
    if (type === 'f64' && out instanceof Float32Array && n > BRIEF && out.buffer === this.buffer) {
      this.exports.convert_f64_f32(written.ptr, out.byteOffset + 4 * from, n);
    } else {
      this.results[type].copyTo(out, from, n);
    }
  }

  release(): void {
    this.trueSlot.argument = undefined;
    this.predSlot.argument = undefined;
    this.weightsSlot.argument = undefined;
  }

  private load(slot: Slot, argument: Argument, from: number, n: number, type: ElementType): Block {
    if (slot.argument === argument && slot.from === from && slot.n === n && slot.type === type) {
      return slot.shown;
    }
    slot.argument = argument;
    slot.from = from;
    slot.n = n;
    slot.type = type;
    slot.shown.ptr = slot.ptr;
    if (argument.isBrief && n === argument.length) slot[type].set(argument.values);
    else if (argument.format === 'plain') this.widen(slot, argument, from, n, type);
    else if (this.unpack(slot, argument, from, n, type) === 0) argument.noteRounded(from, n);
    return slot.shown;
  }

  private widen(slot: Slot, argument: Argument, from: number, n: number, type: ElementType): void {
    const { kind } = argument;
    const ptr = argument.addressIn(this.buffer, from);
    if (ptr < 0) argument.copyTo(from, n, slot[type]);
    else if (kind === (type === 'f32' ? 'float32' : 'float64')) slot.shown.ptr = ptr;
    else if (kind === 'float32') this.exports.convert_f32_f64(ptr, slot.ptr, n);
    else if (kind === 'uint8') this.exports[`convert_u8_${type}`](ptr, slot.ptr, n);
    else if (kind === 'int32') this.exports[`convert_i32_${type}`](ptr, slot.ptr, n);
    else argument.copyTo(from, n, slot[type]);
  }

  /** Half floats and 64-bit integers; 0 if one of these was rounded to float64. */
  private unpack(
    slot: Slot,
    argument: Argument,
    from: number,
    n: number,
    type: ElementType | 'i32',
  ): number {
    const format = argument.format as keyof typeof SUFFIXES;
    const ptr = argument.addressIn(this.buffer, from);
    const at = ptr < 0 ? slot.stage(argument, from, n) : ptr;
    return this.exports[`convert_${SUFFIXES[format]}_${type}`](at, slot.ptr, n);
  }
}
