import type { Formula } from './formula.js';
import type { Checks, LossOptions } from './losses/options.js';

/** A loss as data: src/losses/definitions.ts has them all. */
export interface Definition<Options extends LossOptions = LossOptions> {
  readonly name: string;
  /** Its options, and what each may be. */
  readonly options: Checks<Options>;
  /** Under this many elements JavaScript is faster, and up to it a call may take the short way. */
  readonly few: number;
  /** Its mathematics with options that have been checked. */
  formula(options: Readonly<Options>): Formula;
}
