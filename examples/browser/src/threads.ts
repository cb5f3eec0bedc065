/** Why an engine has one thread here, in words. */
import type { Key } from './language';

export interface Place {
  readonly wasm: boolean;
  readonly isolated: boolean;
  readonly processors: number;
}

/** The first of what is missing; if nothing is, they may still have failed to start. */
export function obstacleTo({ wasm, isolated, processors }: Place): Key {
  if (!wasm) return 'threadsNoWasm';
  if (!isolated) return 'threadsNotIsolated';
  return processors === 1 ? 'threadsOneProcessor' : 'threadsFailed';
}
