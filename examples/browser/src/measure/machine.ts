/** What a browser says of itself and of the machine. */
import type { Crew } from './crew';

export interface Machine extends Crew {
  readonly browser: string;
  readonly system: string;
  readonly processors: number;
  /** At least; undefined where a browser does not tell. */
  readonly gigabytes?: number | undefined;
  readonly isolated: boolean;
  readonly wasm: boolean;
  /** The least step of its clock, in microseconds. */
  readonly clock: number;
}

interface Brands {
  readonly platform: string;
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  getHighEntropyValues: (
    hints: readonly string[],
  ) => Promise<Readonly<Record<string, string | undefined>>>;
}

export async function describeMachine(wasm: boolean, crew: Crew): Promise<Machine> {
  const { hardwareConcurrency, userAgent } = navigator;
  const { userAgentData, deviceMemory } = navigator as {
    userAgentData?: Brands;
    deviceMemory?: number;
  };
  return {
    browser: userAgentData === undefined ? userAgent : named(userAgentData),
    system: userAgentData === undefined ? '' : await systemOf(userAgentData),
    processors: hardwareConcurrency,
    gigabytes: deviceMemory,
    isolated: crossOriginIsolated,
    wasm,
    clock: clockStep(),
    ...crew,
  };
}

/** The brands but the made-up one that is there to be ignored. */
function named({ brands }: Brands): string {
  return brands
    .filter(({ brand }) => !/not.*brand/i.test(brand))
    .map(({ brand, version }) => `${brand} ${version}`)
    .join(', ');
}

async function systemOf(data: Brands): Promise<string> {
  const hints = await data.getHighEntropyValues(['architecture', 'bitness', 'platformVersion']);
  const { architecture, bitness, platformVersion } = hints;
  return [data.platform, platformVersion, architecture, bitness && `${bitness} bits`]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
}

function clockStep(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    let now = start;
    while (now === start) now = performance.now();
    least = Math.min(least, now - start);
  }
  return Number((1000 * least).toPrecision(3));
}
