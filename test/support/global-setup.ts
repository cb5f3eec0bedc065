// Sees to it that what is tested is what assembly/ and src/ say now.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The newest time of a change below a folder, or of one file; 0 where there is nothing. */
function changed(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => changed(join(path, name))));
}

function isStale(made: string, ...from: string[]): boolean {
  const time = changed(join(root, made));
  return from.some((path) => changed(join(root, path)) > time);
}

export default function setup(): void {
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (
    isStale('src/wasm/bytes.ts', 'assembly', 'asconfig.json') ||
    isStale('build/kernels.wasm', 'assembly', 'asconfig.json')
  ) {
    run('npm', ['run', '--silent', 'build:wasm']);
  }
  // For tests that need a Node process of their own: Node 20 does not run TypeScript.
  const bundle = (input: string, output: string) => {
    const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs');
    run(process.execPath, [rolldown, input, '--file', output, '--logLevel', 'silent']);
  };
  // What threads run is a file beside whatever starts them.
  const worker = 'src/threads/worker.js';
  if (isStale(worker, 'src', 'package.json')) bundle('src/threads/worker.ts', worker);
  if (isStale('build/plain.js', 'src', 'package.json')) {
    bundle('src/index.ts', 'build/plain.js');
    copyFileSync(join(root, worker), join(root, 'build/worker.js'));
  }
}
