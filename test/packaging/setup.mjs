// Packs the library as npm would publish it, and unpacks it where the tests import it from.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { BUILD, LIBRARY, PACKED, ROOT, TARBALL } from './files.mjs';

export default function setup() {
  const run = (command, args, stdout) =>
    execFileSync(command, args, { cwd: ROOT, stdio: ['ignore', stdout, 'inherit'] });

  console.log('Building and packing …');
  run('npm', ['run', '--silent', 'build'], 'ignore');
  rmSync(BUILD, { recursive: true, force: true });
  mkdirSync(BUILD, { recursive: true });
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', BUILD];
  const [packed] = JSON.parse(run('npm', pack, 'pipe').toString());
  renameSync(`${BUILD}/${packed.filename}`, TARBALL);
  writeFileSync(PACKED, JSON.stringify(packed));

  rmSync(LIBRARY, { recursive: true, force: true });
  mkdirSync(LIBRARY, { recursive: true });
  run('tar', ['-xzf', TARBALL, '--strip-components=1', '-C', LIBRARY], 'ignore');
}
