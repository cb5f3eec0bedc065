import type { FloatArray } from '../arrays.js';
import { BLOCK, type Block } from '../block.js';
import type { Float64Kernels, Kernels } from '../kernels.js';
import type { Source } from '../source.js';
import { asLabel, copyIn, copyOut, type ElementType, type Workspace } from '../workspace.js';
import {
  FACTORS,
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
  SCRATCH,
  TARGETS,
  TOTAL,
  TRUE,
  WEIGHTS,
} from './layout.js';
import type { Exports } from './module.js';

function kernelsOf(x: Exports, type: ElementType): Kernels {
  const squaredTotal = x[`squared_total_${type}`];
  const squaredEach = x[`squared_each_${type}`];
  const squaredGradient = x[`squared_gradient_${type}`];
  const absoluteTotal = x[`absolute_total_${type}`];
  const absoluteEach = x[`absolute_each_${type}`];
  const absoluteGradient = x[`absolute_gradient_${type}`];
  const huberTotal = x[`huber_total_${type}`];
  const huberEach = x[`huber_each_${type}`];
  const huberGradient = x[`huber_gradient_${type}`];
  const binaryTotal = x[`binary_total_${type}`];
  const categoricalTotal = x[`categorical_total_${type}`];
  const logitsTotal = x[`logits_total_${type}`];
  const rowsUnit = x[`rows_unit_${type}`];
  const rowsGather = x[`rows_gather_${type}`];
  const softmaxRows = x[`softmax_rows_${type}`];
  const softmaxEach = x[`softmax_each_${type}`];
  return {
    squaredTotal: (t, p, n, out) => squaredTotal(t.ptr, p.ptr, n, out.ptr),
    squaredEach: (t, p, n, out) => squaredEach(t.ptr, p.ptr, n, out.ptr),
    squaredGradient: (t, p, n, scale, out, total) =>
      squaredGradient(t.ptr, p.ptr, n, scale, out.ptr, total.ptr),
    absoluteTotal: (t, p, n, out) => absoluteTotal(t.ptr, p.ptr, n, out.ptr),
    absoluteEach: (t, p, n, out) => absoluteEach(t.ptr, p.ptr, n, out.ptr),
    absoluteGradient: (t, p, n, scale, out, total) =>
      absoluteGradient(t.ptr, p.ptr, n, scale, out.ptr, total.ptr),
    huberTotal: (t, p, n, delta, out) => huberTotal(t.ptr, p.ptr, n, delta, out.ptr),
    huberEach: (t, p, n, delta, out) => huberEach(t.ptr, p.ptr, n, delta, out.ptr),
    huberGradient: (t, p, n, delta, scale, out, total) =>
      huberGradient(t.ptr, p.ptr, n, delta, scale, out.ptr, total.ptr),
    binaryTotal: (t, p, n, floor, least, out) =>
      binaryTotal(t.ptr, p.ptr, n, floor, least, SCRATCH, out.ptr),
    categoricalTotal: (t, p, n, floor, least, out) =>
      categoricalTotal(t.ptr, p.ptr, n, floor, least, ONES, SCRATCH, out.ptr),
    logitsTotal: (t, z, n, out) => logitsTotal(t.ptr, z.ptr, n, SCRATCH, out.ptr),
    rowsUnit: (values, n) => rowsUnit(values.ptr, n),
    rowsGather: (labels, p, rows, classes, out) =>
      rowsGather(labels.ptr, p.ptr, rows, classes, out.ptr),
    softmaxRows: (z, rows, classes, max, rest, log) =>
      softmaxRows(z.ptr, rows, classes, SCRATCH, max.ptr, rest.ptr, log.ptr),
    softmaxEach: (z, rows, classes, max, shares, out) =>
      softmaxEach(z.ptr, rows, classes, max.ptr, shares.ptr, out.ptr),
  };
}

function float64KernelsOf(x: Exports): Float64Kernels {
  return {
    ...kernelsOf(x, 'f64'),
    binaryEach: (t, p, n, c, floor, out) => x.binary_each_f64(t.ptr, p.ptr, n, c, floor, out.ptr),
    binaryGradient: (t, p, n, c, scale, out) =>
      x.binary_gradient_f64(t.ptr, p.ptr, n, c, scale, out.ptr),
    categoricalEach: (t, p, n, floor, out) =>
      x.categorical_each_f64(t.ptr, p.ptr, n, floor, out.ptr),
    categoricalGradient: (t, p, n, out) => x.categorical_gradient_f64(t.ptr, p.ptr, n, out.ptr),
    dotTotal: (a, b, n, out) => x.dot_total_f64(a.ptr, b.ptr, n, out.ptr),
    logitsEach: (t, z, n, c, out) => x.logits_each_f64(t.ptr, z.ptr, n, c, SCRATCH, out.ptr),
    logitsGradient: (t, z, n, c, scale, out) =>
      x.logits_gradient_f64(t.ptr, z.ptr, n, c, scale, SCRATCH, out.ptr),
    sumTotal: (values, n, out) => x.sum_total_f64(values.ptr, n, out.ptr),
    rowsTotal: (values, rows, classes, out) =>
      x.rows_total_f64(values.ptr, rows, classes, out.ptr, TOTAL),
    rowsDivide: (values, n, divisor) => x.rows_divide_f64(values.ptr, n, divisor),
    rowsNormalize: (values, rows, classes) =>
      x.rows_normalize_f64(values.ptr, rows, classes, TOTAL),
    rowsScale: (values, rows, classes, factors) =>
      x.rows_scale_f64(values.ptr, rows, classes, factors.ptr),
    rowsSubtract: (values, rows, classes, factors, t) =>
      x.rows_subtract_f64(values.ptr, rows, classes, factors.ptr, t.ptr),
    rowsClip: (values, n, low, high) => x.rows_clip_f64(values.ptr, n, low, high),
    rowsFinite: (values, n) => x.rows_finite_f64(values.ptr, n),
    rowsNarrow: (values, n, out) => x.rows_narrow_f64(values.ptr, n, out.ptr),
    softmaxLines: (t, z, rows, classes, max, lines, masses) =>
      x.softmax_lines_f64(t.ptr, z.ptr, rows, classes, max.ptr, lines.ptr, masses.ptr, TOTAL),
  };
}

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
  source: Source | undefined;
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
  stage(source: Source, from: number, n: number): number {
    const start = from - source.base;
    if (source.isInt64) {
      copyIn(source.values, 2 * start, 2 * n, this.i32);
      return this.ptr;
    }
    copyIn(source.values, start, n, this.u16);
    return this.u16.byteOffset;
  }
}

/** The kernels of one instance, on the memory it was instantiated with. */
export class WasmWorkspace implements Workspace {
  readonly backend = 'wasm';
  readonly f32: Kernels;
  readonly f64: Float64Kernels;
  readonly total: Block;
  readonly losses: Block;
  readonly prepared: Block;
  readonly targets: Block;
  readonly factors: Block;
  readonly max: Block;
  readonly rest: Block;
  readonly log: Block;
  readonly line: Block;
  readonly mass: Block;
  readonly ones: Block;
  private readonly trueSlot: Slot;
  private readonly predSlot: Slot;
  private readonly weightsSlot: Slot;
  private readonly resultsSlot: Slot;
  private readonly copies: { readonly prepared: Slot; readonly targets: Slot };
  private readonly direct: Block;
  private readonly buffer: ArrayBuffer;
  private readonly exports: Exports;

  constructor(instance: WebAssembly.Instance, memory: WebAssembly.Memory) {
    const x = instance.exports as unknown as Exports;
    const buffer = memory.buffer as ArrayBuffer;
    const block = (ptr: number) => new Slot(buffer, ptr).shown;
    this.exports = x;
    this.buffer = buffer;
    this.f32 = kernelsOf(x, 'f32');
    this.f64 = float64KernelsOf(x);
    this.trueSlot = new Slot(buffer, TRUE);
    this.predSlot = new Slot(buffer, PRED);
    this.weightsSlot = new Slot(buffer, WEIGHTS);
    this.resultsSlot = new Slot(buffer, RESULTS);
    this.copies = { prepared: new Slot(buffer, PREPARED), targets: new Slot(buffer, TARGETS) };
    this.prepared = this.copies.prepared.shown;
    this.targets = this.copies.targets.shown;
    this.losses = block(LOSSES);
    this.factors = block(FACTORS);
    this.max = block(MAX);
    this.rest = block(REST);
    this.log = block(LOG);
    this.line = block(LINE);
    this.mass = block(MASS);
    this.total = { array: new Float64Array(buffer, TOTAL, 2), at: 0, ptr: TOTAL };
    this.ones = block(ONES);
    this.ones.array.fill(1);
    this.direct = { array: new Float64Array(buffer), at: 0, ptr: 0 };
  }

  yTrue(source: Source, from: number, n: number, type: ElementType): Block {
    return this.load(this.trueSlot, source, from, n, type);
  }

  yPred(source: Source, from: number, n: number, type: ElementType): Block {
    return this.load(this.predSlot, source, from, n, type);
  }

  weights(source: Source, from: number, n: number): Block {
    return this.load(this.weightsSlot, source, from, n, 'f64');
  }

  copy(source: Source, from: number, n: number, to: 'prepared' | 'targets'): Block {
    const slot = this.copies[to];
    const shown = this.load(slot, source, from, n, 'f64');
    // What is copied is changed afterwards.
    slot.source = undefined;
    // A resident Float64Array would be shown in place, and must not be changed there.
    if (shown.ptr !== slot.ptr) {
      slot.f64.set(
        (source.values as Float64Array).subarray(from - source.base, from - source.base + n),
      );
      shown.ptr = slot.ptr;
    }
    return shown;
  }

  labels(source: Source, from: number, n: number, ignored: number | undefined): Block {
    const slot = this.trueSlot;
    const ptr = source.addressIn(this.buffer, from);
    slot.source = undefined;
    slot.shown.ptr = slot.ptr;
    if (source.isInt64 && ignored === undefined) {
      this.unpack(slot, source, from, n, 'i32');
    } else if (ptr >= 0 && source.kind === 'int32' && ignored === undefined) {
      slot.shown.ptr = ptr;
    } else if (ptr >= 0 && source.kind === 'uint8' && ignored === undefined) {
      this.exports.convert_u8_i32(ptr, slot.ptr, n);
    } else {
      for (let i = 0; i < n; i++) {
        const value = source.at(from + i);
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
    if (type === 'f64' && out instanceof Float32Array && out.buffer === this.buffer) {
      this.exports.convert_f64_f32(written.ptr, out.byteOffset + 4 * from, n);
    } else {
      copyOut(this.resultsSlot[type], 0, out, from, n);
    }
  }

  release(): void {
    this.trueSlot.source = undefined;
    this.predSlot.source = undefined;
    this.weightsSlot.source = undefined;
  }

  private load(slot: Slot, source: Source, from: number, n: number, type: ElementType): Block {
    if (slot.source === source && slot.from === from && slot.n === n && slot.type === type) {
      return slot.shown;
    }
    slot.source = source;
    slot.from = from;
    slot.n = n;
    slot.type = type;
    slot.shown.ptr = slot.ptr;
    if (source.format === 'plain') this.widen(slot, source, from, n, type);
    else if (this.unpack(slot, source, from, n, type) === 0) source.noteRounded(from, n);
    return slot.shown;
  }

  private widen(slot: Slot, source: Source, from: number, n: number, type: ElementType): void {
    const { kind } = source;
    const ptr = source.addressIn(this.buffer, from);
    if (ptr < 0) source.copyTo(from, n, slot[type]);
    else if (kind === (type === 'f32' ? 'float32' : 'float64')) slot.shown.ptr = ptr;
    else if (kind === 'float32') this.exports.convert_f32_f64(ptr, slot.ptr, n);
    else if (kind === 'uint8') this.exports[`convert_u8_${type}`](ptr, slot.ptr, n);
    else if (kind === 'int32') this.exports[`convert_i32_${type}`](ptr, slot.ptr, n);
    else source.copyTo(from, n, slot[type]);
  }

  /** Half floats and 64-bit integers; 0 if one of these was rounded to float64. */
  private unpack(
    slot: Slot,
    source: Source,
    from: number,
    n: number,
    type: ElementType | 'i32',
  ): number {
    const format = source.format as keyof typeof SUFFIXES;
    const ptr = source.addressIn(this.buffer, from);
    const at = ptr < 0 ? slot.stage(source, from, n) : ptr;
    return this.exports[`convert_${SUFFIXES[format]}_${type}`](at, slot.ptr, n);
  }
}
