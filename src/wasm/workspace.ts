import type { FloatArray } from '../arrays.js';
import { BLOCK, type Block } from '../block.js';
import type { Float64Kernels, Kernels } from '../kernels.js';
import type { Source } from '../source.js';
import { asLabel, copyIn, copyOut, type ElementType, type Workspace } from '../workspace.js';
import { LOSSES, ONES, PRED, PREPARED, SCRATCH, TOTAL, TRUE } from './layout.js';
import type { Exports } from './module.js';

function kernelsOf(x: Exports, type: ElementType): Kernels {
  const squaredTotal = x[`squared_total_${type}`];
  const squaredEach = x[`squared_each_${type}`];
  const absoluteTotal = x[`absolute_total_${type}`];
  const absoluteEach = x[`absolute_each_${type}`];
  const binaryTotal = x[`binary_total_${type}`];
  const categoricalTotal = x[`categorical_total_${type}`];
  const rowsUnit = x[`rows_unit_${type}`];
  const rowsGather = x[`rows_gather_${type}`];
  return {
    squaredTotal: (t, p, n, out) => squaredTotal(t.ptr, p.ptr, n, out.ptr),
    squaredEach: (t, p, n, out) => squaredEach(t.ptr, p.ptr, n, out.ptr),
    absoluteTotal: (t, p, n, out) => absoluteTotal(t.ptr, p.ptr, n, out.ptr),
    absoluteEach: (t, p, n, out) => absoluteEach(t.ptr, p.ptr, n, out.ptr),
    binaryTotal: (t, p, n, floor, least, out) =>
      binaryTotal(t.ptr, p.ptr, n, floor, least, SCRATCH, out.ptr),
    categoricalTotal: (t, p, n, floor, least, out) =>
      categoricalTotal(t.ptr, p.ptr, n, floor, least, ONES, SCRATCH, out.ptr),
    rowsUnit: (values, n) => rowsUnit(values.ptr, n),
    rowsGather: (labels, p, rows, classes, out) =>
      rowsGather(labels.ptr, p.ptr, rows, classes, out.ptr),
  };
}

function float64KernelsOf(x: Exports): Float64Kernels {
  return {
    ...kernelsOf(x, 'f64'),
    binaryEach: (t, p, n, floor, out) => x.binary_each_f64(t.ptr, p.ptr, n, floor, out.ptr),
    categoricalEach: (t, p, n, floor, out) =>
      x.categorical_each_f64(t.ptr, p.ptr, n, floor, out.ptr),
    sumTotal: (values, n, out) => x.sum_total_f64(values.ptr, n, out.ptr),
    rowsTotal: (values, rows, classes, out) =>
      x.rows_total_f64(values.ptr, rows, classes, out.ptr, TOTAL),
    rowsDivide: (values, n, divisor) => x.rows_divide_f64(values.ptr, n, divisor),
    rowsNormalize: (values, rows, classes) =>
      x.rows_normalize_f64(values.ptr, rows, classes, TOTAL),
    rowsClip: (values, n, low, high) => x.rows_clip_f64(values.ptr, n, low, high),
  };
}

/** Views of the memory at one staging block, by element type. */
class Slot {
  readonly shown: Block;
  readonly f64: Float64Array;
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  readonly ptr: number;

  constructor(buffer: ArrayBuffer, ptr: number) {
    this.ptr = ptr;
    this.f64 = new Float64Array(buffer, ptr, BLOCK);
    this.f32 = new Float32Array(buffer, ptr, BLOCK);
    this.i32 = new Int32Array(buffer, ptr, BLOCK);
    this.shown = { array: this.f64, at: 0, ptr };
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
  readonly ones: Block;
  private readonly trueSlot: Slot;
  private readonly predSlot: Slot;
  private readonly preparedSlot: Slot;
  private readonly direct: Block;
  private readonly buffer: ArrayBuffer;
  private readonly exports: Exports;

  constructor(instance: WebAssembly.Instance, memory: WebAssembly.Memory) {
    const x = instance.exports as unknown as Exports;
    const buffer = memory.buffer as ArrayBuffer;
    this.exports = x;
    this.buffer = buffer;
    this.f32 = kernelsOf(x, 'f32');
    this.f64 = float64KernelsOf(x);
    this.trueSlot = new Slot(buffer, TRUE);
    this.predSlot = new Slot(buffer, PRED);
    this.preparedSlot = new Slot(buffer, PREPARED);
    this.prepared = this.preparedSlot.shown;
    this.losses = new Slot(buffer, LOSSES).shown;
    this.total = { array: new Float64Array(buffer, TOTAL, 2), at: 0, ptr: TOTAL };
    const ones = new Slot(buffer, ONES);
    ones.f64.fill(1);
    this.ones = ones.shown;
    this.direct = { array: new Float64Array(buffer), at: 0, ptr: 0 };
  }

  yTrue(source: Source, from: number, n: number, type: ElementType): Block {
    return this.load(this.trueSlot, source, from, n, type);
  }

  yPred(source: Source, from: number, n: number, type: ElementType): Block {
    return this.load(this.predSlot, source, from, n, type);
  }

  copy(source: Source, from: number, n: number): Block {
    const shown = this.load(this.preparedSlot, source, from, n, 'f64');
    // A resident Float64Array would be shown in place, and must not be changed there.
    if (shown.ptr !== this.preparedSlot.ptr) {
      this.preparedSlot.f64.set(
        (source.values as Float64Array).subarray(from - source.base, from - source.base + n),
      );
      shown.ptr = this.preparedSlot.ptr;
    }
    return shown;
  }

  labels(source: Source, from: number, n: number): Block {
    const slot = this.trueSlot;
    const ptr = source.addressIn(this.buffer, from);
    slot.shown.ptr = slot.ptr;
    if (ptr >= 0 && source.kind === 'int32') {
      slot.shown.ptr = ptr;
    } else if (ptr >= 0 && source.kind === 'uint8') {
      this.exports.convert_u8_i32(ptr, slot.ptr, n);
    } else {
      for (let i = 0; i < n; i++) slot.i32[i] = asLabel(source.at(from + i));
    }
    return slot.shown;
  }

  target(out: FloatArray, from: number): Block {
    if (!(out instanceof Float64Array && out.buffer === this.buffer)) return this.losses;
    this.direct.ptr = out.byteOffset + 8 * from;
    this.direct.at = this.direct.ptr / 8;
    return this.direct;
  }

  store(written: Block, out: FloatArray, from: number, n: number): void {
    if (written !== this.losses) return;
    if (out instanceof Float32Array && out.buffer === this.buffer) {
      this.exports.convert_f64_f32(written.ptr, out.byteOffset + 4 * from, n);
    } else {
      copyOut(written.array, 0, out, from, n);
    }
  }

  release(): void {
    // Addresses keep nothing alive.
  }

  private load(slot: Slot, source: Source, from: number, n: number, type: ElementType): Block {
    const { kind } = source;
    const ptr = source.addressIn(this.buffer, from);
    slot.shown.ptr = slot.ptr;
    if (ptr < 0) copyIn(source.values, from - source.base, n, slot[type]);
    else if (kind === (type === 'f32' ? 'float32' : 'float64')) slot.shown.ptr = ptr;
    else if (kind === 'float32') this.exports.convert_f32_f64(ptr, slot.ptr, n);
    else if (kind === 'uint8') this.exports[`convert_u8_${type}`](ptr, slot.ptr, n);
    else if (kind === 'int32') this.exports[`convert_i32_${type}`](ptr, slot.ptr, n);
    else copyIn(source.values, from - source.base, n, slot[type]);
    return slot.shown;
  }
}
