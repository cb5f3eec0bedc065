import type { Block } from '../block.js';
import type { Kernels } from '../kernels.js';
import type { ElementType } from '../workspace.js';
import { SCRATCH } from './layout.js';

/** An instance's exports, as the compiler cannot know them. */
export type Exports = Readonly<Record<string, (...args: number[]) => number>>;

type Argument = Block | number;

const address = (argument: Argument): number =>
  typeof argument === 'number' ? argument : argument.ptr;

/**
 * An export as its twin is called: with blocks in the place of their addresses. (A function for each
 * number of parameters, because one that takes any number would allocate them.)
 */
function takingBlocks(f: (...args: number[]) => number): (...args: Argument[]) => number {
  const p = address;
  switch (f.length) {
    case 2:
      return (a, b) => f(p(a), p(b));
    case 3:
      return (a, b, c) => f(p(a), p(b), p(c));
    case 4:
      return (a, b, c, d) => f(p(a), p(b), p(c), p(d));
    case 5:
      return (a, b, c, d, e) => f(p(a), p(b), p(c), p(d), p(e));
    case 6:
      return (a, b, c, d, e, g) => f(p(a), p(b), p(c), p(d), p(e), p(g));
    case 7:
      return (a, b, c, d, e, g, h) => f(p(a), p(b), p(c), p(d), p(e), p(g), p(h));
    case 8:
      return (a, b, c, d, e, g, h, i) => f(p(a), p(b), p(c), p(d), p(e), p(g), p(h), p(i));
    default:
      return (a, b, c, d, e, g, h, i, j) => f(p(a), p(b), p(c), p(d), p(e), p(g), p(h), p(i), p(j));
  }
}

/** The exports that have a kernel's name, by its twins. */
function bind(kernels: Kernels, exports: Exports): Pick<Kernels, ElementType> {
  const ofType = (type: ElementType) =>
    Object.fromEntries(
      Object.keys(kernels[type]).map((name) => [
        name,
        takingBlocks(exports[`${kernels.name}_${name}_${type}`]),
      ]),
    );
  return { f32: ofType('f32'), f64: ofType('f64') };
}

/** The kernels on one memory. Of the modules, only those are instantiated that a loss has asked for. */
export class BoundKernels {
  private readonly memory: WebAssembly.Memory;
  private readonly compile: (module: string) => WebAssembly.Module;
  private readonly base: number;
  private readonly exports = new Map<WebAssembly.Module, Exports>();
  private readonly bound = new Map<Kernels, Pick<Kernels, ElementType>>();

  /** Their scratch lies from `base` on, as layout.ts says. */
  constructor(
    memory: WebAssembly.Memory,
    compile: (module: string) => WebAssembly.Module,
    base = 0,
  ) {
    this.memory = memory;
    this.compile = compile;
    this.base = base;
  }

  of<Named extends Kernels>(kernels: Named): Pick<Named, ElementType> {
    let bound = this.bound.get(kernels);
    if (bound === undefined) {
      bound = bind(kernels, this.exportsOf(kernels.module));
      this.bound.set(kernels, bound);
    }
    return bound as Pick<Named, ElementType>;
  }

  exportsOf(embedded: string): Exports {
    const module = this.compile(embedded);
    let exports = this.exports.get(module);
    if (exports === undefined) {
      const imports = { env: { memory: this.memory }, scratch: { SCRATCH: this.base + SCRATCH } };
      exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
      this.exports.set(module, exports);
    }
    return exports;
  }
}
