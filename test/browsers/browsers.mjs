// The browsers and the screen that one of them needs: where they are, and how they are started.
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * @typedef {object} Tool
 * @property {string} debianPackage
 * @property {() => string | undefined} find the executable, if it is there
 *
 * @typedef {Tool & {
 *   name: string,
 *   args: (profile: string, address: string) => readonly string[],
 *   prepare?: (profile: string) => Promise<void>,
 *   env?: Readonly<Record<string, string>>,
 *   isolatedEnv?: Readonly<Record<string, string>>,
 * }} Browser
 */

/** @param {readonly string[]} files */
const firstOf = (files) => files.find((file) => existsSync(file));

/** @param {string} name */
const onPath = (name) =>
  firstOf((process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)));

/** Debian has WebKit's own small browser among its libraries. */
function miniBrowser() {
  const libraries = '/usr/lib/x86_64-linux-gnu';
  if (!existsSync(libraries)) return undefined;
  const folders = readdirSync(libraries).filter((name) => name.startsWith('webkit2gtk-'));
  return firstOf(folders.map((name) => join(libraries, name, 'MiniBrowser')));
}

/** The first run asks and fetches nothing; no script is too slow. */
const FIREFOX = {
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.max_script_run_time': 0,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
};

/** @type {Tool} */
export const screen = { debianPackage: 'xvfb', find: () => onPath('Xvfb') };

/** @type {readonly Browser[]} */
export const browsers = [
  {
    name: 'Chromium',
    debianPackage: 'chromium',
    find: () => onPath('chromium'),
    // Without its sandbox, which root and many containers cannot have: it opens our page alone.
    args: (profile, address) => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--user-data-dir=${profile}`,
      address,
    ],
  },
  {
    name: 'Firefox',
    debianPackage: 'firefox-esr',
    find: () => onPath('firefox-esr'),
    prepare: (profile) =>
      writeFile(
        join(profile, 'user.js'),
        Object.entries(FIREFOX)
          .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${value});\n`)
          .join(''),
      ),
    args: (profile, address) => ['--headless', '--no-remote', '--profile', profile, address],
  },
  {
    name: 'WebKit',
    debianPackage: 'webkit2gtk-driver',
    find: miniBrowser,
    args: (_profile, address) => [address],
    env: { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
    // For an isolated page: this browser does not start another process, which would have it.
    isolatedEnv: { JSC_useSharedArrayBuffer: '1' },
  },
];
