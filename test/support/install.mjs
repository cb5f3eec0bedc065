// node test/support/install.mjs <folder>: installs the tools of a folder, unless they are there as its lock
// file has them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
const wanted = join(folder, 'package-lock.json');
const installed = join(folder, 'node_modules/.installed-lock.json');

if (!existsSync(installed) || !readFileSync(installed).equals(readFileSync(wanted))) {
  console.log(`Installing the tools of ${folder} …`);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  copyFileSync(wanted, installed);
}
