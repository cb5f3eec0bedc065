import type { Backends } from './backends.js';
import type { Call } from './call.js';
import type { Formula } from './formula.js';
import type { Checks, LossOptions } from './losses/options.js';

/** A loss as data: src/losses/definitions.ts has them all. */
export interface Definition<Options extends LossOptions = LossOptions> {
  readonly name: string;
  /** Its options, and what each may be. */
  readonly options: Checks<Options>;
  /** Under this many elements JavaScript is faster. */
  readonly few: number;
  /** Its mathematics with options that have been checked. */
  formula(options: Readonly<Options>): Formula;
}

/** A loss from within. */
export interface Core<Options extends LossOptions = LossOptions> {
  readonly name: string;
  readonly options: Readonly<Options>;
  readonly definition: Definition<Options>;
  readonly formula: Formula;
  readonly backends: Backends;
  /** A call that is over, for the next with arrays of the same types and lengths. */
  idle: Call | undefined;
  /** As errors name the calls; made once, because making them would take longer than a small call. */
  readonly calls: Readonly<Record<Verb, string>>;
}

type Verb = 'mean' | 'sum' | 'perSample' | 'gradient' | 'valueAndGradient';

export function makeCore<Options extends LossOptions>(
  definition: Definition<Options>,
  backends: Backends,
  options: Readonly<Options>,
): Core<Options> {
  const { name } = definition;
  return {
    name,
    // The formula is made of them: they stay as they were checked.
    options: Object.freeze(options),
    definition,
    formula: definition.formula(options),
    backends,
    idle: undefined,
    calls: {
      mean: `${name}.mean`,
      sum: `${name}.sum`,
      perSample: `${name}.perSample`,
      gradient: `${name}.gradient`,
      valueAndGradient: `${name}.valueAndGradient`,
    },
  };
}

const cores = new WeakMap<object, Core>();

export function setCore(loss: object, core: Core): void {
  cores.set(loss, core);
}

/** The loss from within, or undefined if it is none. */
export function coreOf(loss: unknown): Core | undefined {
  return typeof loss === 'object' && loss !== null ? cores.get(loss) : undefined;
}
