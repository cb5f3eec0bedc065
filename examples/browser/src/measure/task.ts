/** What is measured: a loss, and data for it that are the same on every machine. */

export const TASKS = [
  'squaredError',
  'absoluteError',
  'huber',
  'binaryCrossEntropy',
  'sparseCategoricalCrossEntropy',
] as const;
export type TaskName = (typeof TASKS)[number];

export const TYPES = ['float32', 'float64'] as const;
export type TypeName = (typeof TYPES)[number];

export interface Settings {
  readonly loss: TaskName;
  readonly type: TypeName;
  /** Of yPred. */
  readonly elements: number;
}

export const ELEMENTS = { min: 1000, max: 10_000_000, initial: 1_000_000 };
export const CLASSES = 10;
export const ROUNDS = 21;
/** A value and its float32 are the same: of 2⁻²⁴ in [0, 1). */
const STEP = 2 ** -24;

type Floats = Float32Array | Float64Array;

export interface Arrays {
  readonly yTrue: Floats | Uint8Array;
  readonly yPred: Floats;
}

/** Where arrays come from: ordinary memory, or an arena. */
export interface Memory {
  float32: (n: number) => Float32Array;
  float64: (n: number) => Float64Array;
  uint8: (n: number) => Uint8Array;
}

export const ordinary: Memory = {
  float32: (n) => new Float32Array(n),
  float64: (n) => new Float64Array(n),
  uint8: (n) => new Uint8Array(n),
};

/** Bytes that an arena needs for the arrays of a task. */
export function bytesOf({ type, elements }: Settings): number {
  return 2 * elements * (type === 'float32' ? 4 : 8) + 256;
}

/** As many elements as were asked for, or the whole rows of classes in them. */
export function elementsOf({ loss, elements }: Settings): number {
  return isSparse(loss) ? elements - (elements % CLASSES) : elements;
}

const isSparse = (loss: TaskName) => loss === 'sparseCategoricalCrossEntropy';

/** Labels, and predictions that lean towards them; of integers and single roundings alone. */
export function make(settings: Settings, memory: Memory): Arrays {
  const { loss, type } = settings;
  const n = elementsOf(settings);
  const yPred = memory[type](n);
  const random = generator();
  if (isSparse(loss)) {
    const yTrue = memory.uint8(n / CLASSES);
    for (let i = 0; i < n; i++) yPred[i] = Math.max(STEP, random());
    for (let i = 0; i < yTrue.length; i++) yTrue[i] = Math.floor(CLASSES * random());
    return { yTrue, yPred };
  }
  const yTrue = memory[type](n);
  for (let i = 0; i < n; i++) {
    const label = random();
    const other = random();
    yTrue[i] = loss === 'binaryCrossEntropy' ? Math.round(label) : 4 * label;
    yPred[i] = loss === 'binaryCrossEntropy' ? Math.max(STEP, other) : 4 * other;
  }
  return { yTrue, yPred };
}

/** 24 bits of a linear congruential generator at a time. */
function generator(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) * STEP;
  };
}
