// npm run page:test: the built page in real browsers, every control used, every number compared.
// With --screenshots=<folder>, pictures of all sections in both languages and themes, at all widths.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { browsers } from '../../../test/browsers/browsers.mjs';
import { installBrowsers } from '../../../test/browsers/install.mjs';
import { startChromium } from './chromium.mjs';
import { chromiumOnly, violations } from './chromium-only.mjs';
import { data } from './data.mjs';
import { startFirefox } from './firefox.mjs';
import { backends, layouts, strict, switches } from './frame.mjs';
import { check, close, equal } from './harness.mjs';
import { measure, threads } from './measure.mjs';
import * as play from './play.mjs';
import { Server } from './server.mjs';
import { User } from './user.mjs';
import { servers } from './vite.mjs';

const { screenshots } = parseArgs({ options: { screenshots: { type: 'string' } } }).values;

const needed = browsers.filter(({ name }) => name === 'Chromium' || name === 'Firefox');
installBrowsers(needed);
const executable = (name) => needed.find((browser) => browser.name === name).find();

/** Chromium says on the console what a policy forbids, and nothing can stop it. */
const FORBIDDEN = /WebAssembly|wasm/i;

const server = new Server();
await server.listen();
try {
  for (const start of [
    () => startChromium(executable('Chromium')),
    () => startFirefox(executable('Firefox')),
  ]) {
    const browser = await start();
    console.log(`\n${browser.name}`);
    const isChromium = browser.name.startsWith('Chromium');
    try {
      await visit(browser);
      await layouts(browser.open, server.address('plain'), isChromium ? look : undefined);
      if (isChromium) {
        await chromiumOnly(browser, server);
        await servers(browser);
      }
    } finally {
      await browser.close();
    }
  }
} finally {
  server.close();
}
close();

async function visit(browser) {
  const page = await browser.open({ language: 'zh-CN' });
  const user = new User(page);
  await switches(user, server.address('isolated'));
  await backends(user, server.address('isolated'));
  await play.regression(user);
  await play.binary(user);
  await play.categorical(user);
  await data(user);
  await measure(user);
  await threads(user, server.address('isolated'), server.address('plain'));
  await check('no message on the console, and nothing from elsewhere', () => {
    equal(page.messages, []);
    const foreign = page.addresses.filter(
      (address) => !/^(http:\/\/127\.0\.0\.1:|data:)/.test(address),
    );
    equal(foreign, []);
  });
  await strict(user, server.address('strict'), async () => {
    await play.binary(user);
    await measure(user, { hasWasm: false });
  });
  await check('no other message where a policy forbids WebAssembly', () => {
    equal(
      page.messages.filter((message) => !FORBIDDEN.test(message)),
      [],
    );
  });
  await page.close();
}

/** The eye of axe at one width each, and pictures for ours. */
async function look({ page, section, width, language, theme }) {
  if ((width === 360) === (theme === 'dark')) await violations(page);
  if (screenshots === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot(join(screenshots, `${section}-${width}-${theme}-${language}.png`));
}
