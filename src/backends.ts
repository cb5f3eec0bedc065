import type { Argument } from './argument.js';
import { describe } from './arrays.js';
import { jsWorkspace } from './js/workspace.js';
import type { Threads } from './threads/threads.js';
import { RESERVED_PAGES } from './wasm/layout.js';
import { compileKernels } from './wasm/module.js';
import { residentOf } from './wasm/residents.js';
import { WasmWorkspace } from './wasm/workspace.js';
import type { Workspace } from './workspace.js';

/** Where losses are computed: WebAssembly, plain JavaScript, or whichever is there and faster. */
export type BackendChoice = 'auto' | 'wasm' | 'js';

const CHOICES: readonly unknown[] = ['auto', 'wasm', 'js'];

/** What a choice has come to. */
interface Resolved {
  readonly choice: BackendChoice;
  /** The workspace for arrays outside arenas. */
  readonly wasm?: WasmWorkspace;
  /** Why there is no WebAssembly although `auto` would have taken it. */
  readonly reason?: string;
}

/** Resolves a backend choice once, at its first use, and hands out workspaces. */
export class Backends {
  /** Those bound to it, by their definitions. */
  readonly losses = new Map<object, object>();
  /** Those that help with large calls, where an engine has any. */
  threads: Threads | undefined;
  private readonly choice: () => BackendChoice;
  private readonly compile: (module: string) => WebAssembly.Module;
  private resolved: Resolved | undefined;
  private readonly arenas = new WeakMap<WebAssembly.Memory, Workspace>();

  constructor(
    choice: () => BackendChoice,
    compile: (module: string) => WebAssembly.Module = compileKernels,
  ) {
    this.choice = choice;
    this.compile = compile;
  }

  get backend(): 'wasm' | 'js' {
    return this.resolve().wasm === undefined ? 'js' : 'wasm';
  }

  get fallbackReason(): string | undefined {
    return this.resolve().reason;
  }

  /**
   * The workspace for a call. `few` is the number of elements from which WebAssembly is the
   * faster; under it `auto` takes JavaScript, which gives the same bits.
   */
  workspace(yTrue: Argument, yPred: Argument, few: number): Workspace {
    const wasm = this.briefWorkspace(yPred.length, few);
    if (wasm === jsWorkspace || (yPred.isBrief && yTrue.isBrief)) return wasm;
    const resident = residentOf(yPred.values.buffer) ?? residentOf(yTrue.values.buffer);
    if (resident === undefined) return wasm;
    const { memory } = resident;
    let workspace = this.arenas.get(memory);
    if (workspace === undefined) {
      // A module that was given is for memory that is not shared.
      const isForeign = resident.compile !== undefined && this.compile !== compileKernels;
      workspace = isForeign ? wasm : new WasmWorkspace(memory, resident.compile ?? this.compile);
      this.arenas.set(memory, workspace);
    }
    return workspace;
  }

  /** The same for n elements that are copied, wherever they lie. */
  briefWorkspace(n: number, few: number): Workspace {
    const { wasm, choice } = this.resolve();
    return wasm === undefined || (choice === 'auto' && n < few) ? jsWorkspace : wasm;
  }

  private resolve(): Resolved {
    if (this.resolved === undefined) {
      const choice = this.choice();
      this.resolved = choice === 'js' ? { choice } : this.resolveWasm(choice);
    }
    return this.resolved;
  }

  private resolveWasm(choice: BackendChoice): Resolved {
    try {
      const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
      return { choice, wasm: new WasmWorkspace(memory, this.compile) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const reason = `WebAssembly is not available: ${message}`;
      if (choice === 'wasm') throw new Error(`lossmeter: ${reason}`, { cause: error });
      return { choice, reason };
    }
  }
}

/** A checked backend choice. */
export function asChoice(value: unknown, name: string): BackendChoice {
  if (!CHOICES.includes(value)) {
    const message = `${name} to be 'auto', 'wasm' or 'js', got ${describe(value)}`;
    throw typeof value === 'string' ? new RangeError(message) : new TypeError(message);
  }
  return value as BackendChoice;
}

/** `auto`, unless LOSSMETER_BACKEND says otherwise (Node, Bun). */
export function choiceFromEnvironment(): BackendChoice {
  // Deno asks its user for a permission to read the environment, or throws.
  if ('Deno' in globalThis) return 'auto';
  const value = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process
    ?.env?.LOSSMETER_BACKEND;
  return value === undefined || value === ''
    ? 'auto'
    : asChoice(value, 'lossmeter: expected LOSSMETER_BACKEND');
}
