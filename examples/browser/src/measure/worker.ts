/** Measures, round by round, away from the page. */
import { createArena, createEngine, type Engine } from 'lossmeter';
import { type Crew, crewOf, started } from './crew';
import { type Double, exactMean } from './exact';
import { LOOPS } from './loops';
import { describeMachine, type Machine } from './machine';
import { bitsOf, type Path } from './report';
import { bytesOf, make, ordinary, ROUNDS, type Settings } from './task';

export interface Contender {
  readonly path: Path;
  readonly mean: number;
  readonly bits: string;
  readonly relativeError: number;
}

export type News =
  | {
      readonly type: 'ready';
      readonly machine: Machine;
      readonly contenders: readonly Contender[];
      readonly exact: { readonly high: number; readonly low: number };
      /** Why there is no WebAssembly, if there is none. */
      readonly reason: string | undefined;
    }
  | { readonly type: 'round'; readonly round: number; readonly nanoseconds: readonly number[] }
  | { readonly type: 'done'; readonly crew: Crew }
  | { readonly type: 'failed'; readonly message: string };

/** A round's share of each contender: many steps of any clock, and short enough to be watched. */
const LEAST_MILLISECONDS = 12;
/** Engines run WebAssembly, and loops, unoptimised at first. */
const WARM_UP_MILLISECONDS = 150;

const tell = (news: News) => postMessage(news);

addEventListener('message', ({ data }: MessageEvent<Settings>) => {
  void run(data).catch((error: unknown) =>
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});

interface Runner {
  readonly path: Path;
  readonly call: () => number;
}

async function run(settings: Settings) {
  const { wasm, reason } = wasmEngine();
  const all = createEngine({ backend: wasm === undefined ? 'auto' : 'wasm', threads: 'auto' });
  try {
    await measure(settings, wasm, reason, all);
  } finally {
    all.close();
  }
}

/** `all`: the engine of all cores, whose threads are starting. */
async function measure(
  settings: Settings,
  wasm: Engine | undefined,
  reason: string | undefined,
  all: Engine,
) {
  const arrays = make(settings, ordinary);
  const exact = exactMean(settings.loss, arrays);
  const js = createEngine({ backend: 'js' });
  const { loss } = settings;
  const loop = LOOPS[loss];
  const runners: Runner[] = [
    { path: 'loop', call: () => loop(arrays) },
    { path: 'js', call: () => js[loss].mean(arrays.yTrue, arrays.yPred) },
  ];
  if (wasm !== undefined) {
    const resident = make(settings, createArena(bytesOf(settings)));
    runners.push(
      { path: 'wasm', call: () => wasm[loss].mean(arrays.yTrue, arrays.yPred) },
      { path: 'arena', call: () => wasm[loss].mean(resident.yTrue, resident.yPred) },
    );
  }
  await started(all);
  if (all.threads > 1) {
    const shared = make(settings, createArena(bytesOf(settings), { shared: true }));
    runners.push({ path: 'threads', call: () => all[loss].mean(shared.yTrue, shared.yPred) });
  }
  const repeats = runners.map(({ call }) => warmUp(call));
  tell({
    type: 'ready',
    machine: await describeMachine(wasm !== undefined, crewOf(all)),
    contenders: runners.map(({ path, call }) => contender(path, call(), exact)),
    exact: { high: exact.high, low: exact.low },
    reason,
  });
  for (let round = 1; round <= ROUNDS; round++) {
    const nanoseconds = new Array<number>(runners.length).fill(0);
    for (const k of shuffled(runners.length)) {
      const runner = runners[k];
      if (runner === undefined) continue;
      nanoseconds[k] = (1e6 * time(runner.call, repeats[k] ?? 1)) / arrays.yPred.length;
    }
    tell({ type: 'round', round, nanoseconds });
  }
  // A thread may have been lost meanwhile.
  tell({ type: 'done', crew: crewOf(all) });
}

function wasmEngine(): { wasm?: Engine; reason: string | undefined } {
  const { backend, fallbackReason } = createEngine();
  if (backend === 'js') return { reason: fallbackReason };
  return { wasm: createEngine({ backend: 'wasm' }), reason: undefined };
}

function contender(path: Path, mean: number, exact: Double): Contender {
  return { path, mean, bits: bitsOf(mean), relativeError: exact.relativeError(mean) };
}

/** Runs it for a while, and says how many calls fill a round's share. */
function warmUp(call: () => number): number {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < WARM_UP_MILLISECONDS) {
    call();
    calls += 1;
  }
  return Math.max(1, Math.ceil((calls * LEAST_MILLISECONDS) / (performance.now() - start)));
}

/** The milliseconds that a call takes. */
function time(call: () => number, repeats: number): number {
  let sum = 0;
  const start = performance.now();
  for (let i = 0; i < repeats; i++) sum += call();
  const elapsed = performance.now() - start;
  // The results are used, so no engine may leave the calls out.
  if (Number.isNaN(sum)) throw new Error('a mean is NaN');
  return elapsed / repeats;
}

/** Whatever disturbs a round does not always meet the same one. */
function shuffled(n: number): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  return order
    .map((k) => ({ k, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ k }) => k);
}
