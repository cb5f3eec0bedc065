/** The threads of an engine: how many, and why they are not more. */
import type { Engine } from 'lossmeter';

/** As a report has it; those of earlier pages have nothing of it. */
export interface Crew {
  /** How many share the work of a large call, that which makes it included, */
  readonly threads?: number | undefined;
  /** and why they are fewer than there are processors. */
  readonly threadsReason?: string | undefined;
}

/** Milliseconds; on an idle machine some 50 are enough. */
const LONGEST_START = 5000;

export const crewOf = ({ threads, threadsReason }: Engine): Crew => ({ threads, threadsReason });

/** Waits until they have started, or it is known why they do not. */
export async function started(engine: Engine): Promise<void> {
  const end = performance.now() + LONGEST_START;
  while (/still starting/.test(engine.threadsReason ?? '') && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
