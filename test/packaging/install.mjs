// Installs the tools of this folder, unless they are there as its lock file has them.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';

const wanted = new URL('package-lock.json', import.meta.url);
const installed = new URL('node_modules/.installed-lock.json', import.meta.url);

if (!existsSync(installed) || !readFileSync(installed).equals(readFileSync(wanted))) {
  console.log('Installing the tools of test/packaging …');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: new URL('.', import.meta.url),
    stdio: 'inherit',
  });
  copyFileSync(wanted, installed);
}
