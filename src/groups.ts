// The sums of each group of samples, and the samples that wait for a block to be full.
//
// A block is the next 2,048 samples whatever their keys are, as for all accumulators: it is sorted by
// key, and the samples of each key are added up as one block. So a key takes no more memory than its
// sums, and the bits do not depend on how the data are cut.

import { BLOCK, samplesPerBlock } from './block.js';
import type { Call } from './call.js';
import type { Core } from './definition.js';
import type { Key, KeyArgument, KeyKind } from './keys.js';
import { KeyTable } from './keys.js';
import { type Denominator, Sums } from './means.js';
import { type Layout, Staged } from './staged.js';
import { addBlock } from './sums.js';

/** What a group has come to, for each loss. */
export type GroupSums = readonly Sums[];

/** Numbers of one group's sums of one loss. */
const CELLS = 8;

/** Sums of one loss by group, 64 bytes each: as objects they would take 400, and ten cache misses. */
class SumsTable {
  private cells = new Float64Array(CELLS * 16);
  /** What the sums of losses hold beyond that, and those of weights, by group: hardly ever anything. */
  private readonly moreLosses = new Map<number, bigint>();
  private readonly moreWeights = new Map<number, bigint>();

  load(group: number, { losses, divisor }: Sums): void {
    const { cells } = this;
    const at = CELLS * group;
    if (at >= cells.length) {
      losses.load(NOTHING, 0, undefined);
      divisor.weights.load(NOTHING, 0, undefined);
      divisor.count = 0;
      divisor.nonzero = 0;
      return;
    }
    losses.load(cells, at, this.moreLosses.size === 0 ? undefined : this.moreLosses.get(group));
    divisor.weights.load(
      cells,
      at + 3,
      this.moreWeights.size === 0 ? undefined : this.moreWeights.get(group),
    );
    divisor.count = cells[at + 6];
    divisor.nonzero = cells[at + 7];
  }

  store(group: number, { losses, divisor }: Sums): void {
    const at = CELLS * group;
    if (at >= this.cells.length) this.grow(at + CELLS);
    const { cells } = this;
    keepMore(this.moreLosses, group, losses.store(cells, at));
    keepMore(this.moreWeights, group, divisor.weights.store(cells, at + 3));
    cells[at + 6] = divisor.count;
    cells[at + 7] = divisor.nonzero;
  }

  private grow(length: number): void {
    const cells = new Float64Array(Math.max(length, 2 * this.cells.length));
    cells.set(this.cells);
    this.cells = cells;
  }
}

const NOTHING = /* @__PURE__ */ new Float64Array(3);

function keepMore(all: Map<number, bigint>, group: number, more: bigint | undefined): void {
  if (more !== undefined) all.set(group, more);
  else if (all.size > 0) all.delete(group);
}

/** A block of samples with the numbers of their keys. */
interface Block {
  readonly samples: Staged;
  readonly groups: Int32Array;
}

export class Groups {
  readonly cores: readonly Core[];
  readonly denominator: Denominator;
  readonly table = new KeyTable();
  kind: KeyKind | undefined = undefined;
  isSealed = false;
  isFloat32: boolean | undefined = undefined;
  classes: number | undefined = undefined;
  /** Of the blocks, for each loss. */
  private readonly tables: readonly SumsTable[];
  /** The sums of the group that is being added to, for each loss. */
  private readonly current: GroupSums;
  private block: Block | undefined = undefined;
  /** The same samples, sorted. */
  private sorted: Block | undefined = undefined;
  /** How many samples each group has in a block that is being sorted; 0 otherwise. */
  private counts = new Int32Array(64);
  /** The sums of the groups of which samples wait, with them. */
  private open: ReadonlyMap<number, GroupSums> | undefined = undefined;
  private sortedKeys: readonly Key[] | undefined = undefined;
  /** The groups of a block that is being sorted. */
  private readonly order = new Int32Array(BLOCK);

  constructor(cores: readonly Core[], denominator: Denominator) {
    this.cores = cores;
    this.denominator = denominator;
    this.tables = cores.map(() => new SumsTable());
    this.current = this.newSums();
  }

  /** All keys, in order. */
  keys(): readonly Key[] {
    const { keys } = this.table;
    if (this.sortedKeys?.length !== keys.length) this.sortedKeys = [...keys].sort(inOrder);
    return this.sortedKeys;
  }

  /** The sums of a group with the samples that wait; undefined if there is none. */
  get(key: Key): GroupSums | undefined {
    const group = this.table.find(key);
    return group === undefined ? undefined : (this.closed().get(group) ?? this.wholeSums(group));
  }

  /** Adds the samples of calls, one for each loss, which must be sound. Nothing of it can fail. */
  add(calls: readonly Call[], keys: KeyArgument): void {
    const [call] = calls;
    const { n, classes, weights } = call;
    const size = samplesPerBlock(classes);
    this.kind ??= keys.kind;
    this.classes = classes;
    this.isFloat32 = call.yPred.kind === 'float32';
    this.open = undefined;
    const layout = {
      labels: call.yTrue.length / n,
      classes,
      held: classes,
      isFloat32: this.isFloat32,
    };
    const { samples, groups } = this.blockOf(layout);
    for (let from = 0; from < n; ) {
      const taken = Math.min(n - from, size - samples.n);
      samples.put(call, from, taken, samples.n);
      this.table.addBlock(keys, from, taken, groups, samples.n);
      samples.n += taken;
      samples.isWeighted ||= weights !== undefined;
      from += taken;
      if (samples.n < size) return;
      this.addBlock();
      samples.n = 0;
      samples.isWeighted = false;
    }
  }

  /** Adds what another one has, with the samples that wait there. */
  merge(other: Groups): void {
    const waiting = other.closed();
    other.table.keys.forEach((key, group) => {
      this.addSums(key, waiting.get(group) ?? other.wholeSums(group));
    });
    this.kind ??= other.kind;
    this.classes ??= other.classes;
    this.isFloat32 ??= other.isFloat32;
    this.open = undefined;
  }

  seal(): void {
    for (const [group, sums] of this.closed()) {
      for (const [k, table] of this.tables.entries()) table.store(group, sums[k]);
    }
    this.open = undefined;
    this.block = undefined;
    this.isSealed = true;
  }

  /** Adds to the sums of the whole blocks of a key. */
  addSums(key: Key, sums: GroupSums): void {
    const group = this.table.add(key);
    for (const [k, table] of this.tables.entries()) {
      table.load(group, this.current[k]);
      this.current[k].add(sums[k]);
      table.store(group, this.current[k]);
    }
  }

  /** The sums of the whole blocks of a group. */
  wholeSums(group: number): GroupSums {
    const sums = this.newSums();
    for (const [k, table] of this.tables.entries()) table.load(group, sums[k]);
    return sums;
  }

  /** The samples that wait, and their keys. */
  get waiting(): { readonly samples: Staged; readonly keys: readonly Key[] } | undefined {
    if (this.block === undefined || this.block.samples.n === 0) return undefined;
    const { samples, groups } = this.block;
    const keys = Array.from(groups.subarray(0, samples.n), (group) => this.table.keys[group]);
    return { samples, keys };
  }

  /** Has samples wait, of which there are fewer than a block, with their keys; throws if they are not sound. */
  wait(samples: Staged, keys: readonly Key[], callName: string): void {
    const groups = new Int32Array(samplesPerBlock(samples.layout.classes));
    for (const [i, key] of keys.entries()) groups[i] = this.table.add(key);
    samples.reserve(samples.n, groups.length, groups.length);
    this.block = { samples, groups };
    this.closed(callName);
  }

  private closed(callName?: string): ReadonlyMap<number, GroupSums> {
    if (this.open === undefined) {
      const open = new Map<number, GroupSums>();
      this.forEachRun(callName, (group, k, call, from, n) => {
        let sums = open.get(group);
        if (sums === undefined) {
          sums = this.wholeSums(group);
          open.set(group, sums);
        }
        addBlock(this.cores[k], call, from, n, sums[k].losses, sums[k].divisor);
      });
      this.open = open;
    }
    return this.open;
  }

  /** Adds the samples of the block to the sums of their groups. */
  private addBlock(): void {
    const { cores, tables, current } = this;
    this.forEachRun(undefined, (group, k, call, from, n) => {
      const sums = current[k];
      tables[k].load(group, sums);
      addBlock(cores[k], call, from, n, sums.losses, sums.divisor);
      tables[k].store(group, sums);
    });
  }

  private newSums(): GroupSums {
    return this.cores.map(() => new Sums(this.denominator));
  }

  private blockOf(layout: Layout): Block {
    const size = samplesPerBlock(layout.classes);
    this.block ??= { samples: new Staged(layout), groups: new Int32Array(size) };
    this.block.samples.reserve(this.block.samples.n, size, size);
    return this.block;
  }

  /** Visits the samples of each group in the block, for one loss after the other. */
  private forEachRun(
    callName: string | undefined,
    visit: (group: number, k: number, call: Call, from: number, n: number) => void,
  ): void {
    if (this.block === undefined || this.block.samples.n === 0) return;
    const { samples, groups } = this.sort(this.block);
    const { n } = samples;
    for (const [k, core] of this.cores.entries()) {
      const call = samples.open(core, callName ?? core.name, n, samples.isWeighted);
      try {
        for (let from = 0; from < n; ) {
          const group = groups[from];
          let to = from + 1;
          while (to < n && groups[to] === group) to++;
          visit(group, k, call, from, to - from);
          from = to;
        }
      } finally {
        call.workspace.release();
      }
    }
  }

  /** The samples group by group, each group's in their order. */
  private sort({ samples, groups }: Block): Block {
    const { n } = samples;
    const { order } = this;
    if (this.counts.length < this.table.keys.length) {
      this.counts = new Int32Array(2 * this.table.keys.length);
    }
    const { counts } = this;
    const sorted = this.sortedLike(samples);
    let found = 0;
    for (let i = 0; i < n; i++) if (counts[groups[i]]++ === 0) order[found++] = groups[i];
    let from = 0;
    for (let i = 0; i < found; i++) {
      const group = order[i];
      const to = from + counts[group];
      sorted.groups.fill(group, from, to);
      counts[group] = from;
      from = to;
    }
    samples.scatter(n, groups, counts, sorted.samples);
    for (let i = 0; i < found; i++) counts[order[i]] = 0;
    return sorted;
  }

  private sortedLike({ layout, n, isWeighted }: Staged): Block {
    const size = samplesPerBlock(layout.classes);
    this.sorted ??= { samples: new Staged(layout), groups: new Int32Array(size) };
    const { samples } = this.sorted;
    samples.reserve(0, size, size);
    samples.n = n;
    samples.isWeighted = isWeighted;
    return this.sorted;
  }
}

/** Integers by size, strings by their code units. */
function inOrder(a: Key, b: Key): number {
  return a < b ? -1 : 1;
}
