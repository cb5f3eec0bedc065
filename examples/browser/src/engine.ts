/** The engine that the address asks for: `?backend=js`, `?backend=wasm`, or whichever is there. */
import { type BackendChoice, createEngine, type Engine } from 'lossmeter';

export const choice = choiceOf(new URLSearchParams(location.search).get('backend'));

function choiceOf(text: string | null): BackendChoice {
  return text === 'js' || text === 'wasm' ? text : 'auto';
}

/** An engine with this choice; with `auto` where WebAssembly was asked for and is not there. */
export function engineOf(backend: BackendChoice): Engine {
  try {
    return createEngine({ backend });
  } catch {
    return createEngine();
  }
}

let made: Engine | undefined;

/** Made at its first use, so that the page is painted before anything is compiled. */
export function engine(): Engine {
  made ??= engineOf(choice);
  return made;
}
