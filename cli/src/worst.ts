// The samples whose losses are the largest.
import type { Loss } from 'lossmeter';
import type { WorstOfLoss, WorstSample } from './output/report.js';
import type { Samples } from './samples.js';

/** The worst samples of each loss: NaN first, then the largest; of equal ones, the first. */
export class Worst {
  private readonly n: number;
  private readonly lists: Map<string, WorstSample[]>;

  constructor(losses: readonly Loss[], n: number) {
    this.n = n;
    this.lists = new Map(losses.map(({ name }) => [name, []]));
  }

  /** @param values each sample's loss, as `perSample` gives them */
  add(loss: Loss, samples: Samples, values: ArrayLike<number>): void {
    const list = this.lists.get(loss.name) as WorstSample[];
    const perRow = values.length / samples.n;
    // (Most samples stop here, once there are n.)
    let least = list.length < this.n ? -Infinity : rank(list[list.length - 1].value);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value <= least && list.length === this.n) continue;
      if (list.length === this.n && rank(value) <= least) continue;
      const at = list.findIndex((other) => rank(other.value) < rank(value));
      const row = samples.row(Math.floor(i / perRow));
      list.splice(at < 0 ? list.length : at, 0, { file: samples.source, row, value });
      if (list.length > this.n) list.pop();
      if (list.length === this.n) least = rank(list[list.length - 1].value);
    }
  }

  get all(): WorstOfLoss[] {
    return [...this.lists].map(([loss, samples]) => ({ loss, samples }));
  }
}

/** NaN above all numbers, which it is neither below nor above otherwise. */
function rank(value: number): number {
  return Number.isNaN(value) ? Infinity : value === Infinity ? Number.MAX_VALUE : value;
}
