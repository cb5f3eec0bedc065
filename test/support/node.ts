import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The library as plain JavaScript, made by global-setup.ts, for a process of its own. */
const library = new URL('../../build/plain.js', import.meta.url).href;

export interface NodeOptions {
  /** LOSSMETER_BACKEND; unset if not given. */
  readonly backend?: string;
  /** Flags of node. */
  readonly flags?: readonly string[];
  /** Code that runs before the library is imported. */
  readonly before?: string;
}

/**
 * Runs code in a new Node process, with the library as `lossmeter`, and returns what it passes to
 * `report`.
 */
export function inNode(code: string, options: NodeOptions = {}): unknown {
  const { LOSSMETER_BACKEND: _, NODE_OPTIONS: __, ...env } = process.env;
  const text = [
    options.before ?? '',
    `const lossmeter = await import(${JSON.stringify(library)});`,
    'const report = (value) => process.stdout.write(JSON.stringify(value));',
    code,
  ].join('\n');
  const output = execFileSync(
    process.execPath,
    [...(options.flags ?? []), '--input-type=module', '--eval', text],
    {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: options.backend === undefined ? env : { ...env, LOSSMETER_BACKEND: options.backend },
      encoding: 'utf8',
    },
  );
  return JSON.parse(output);
}
