// The servers of `npm run dev` and `npm run preview`: a page that they serve has all cores.
import { fileURLToPath } from 'node:url';
import { createServer, preview } from 'vite';
import { check, equal } from './harness.mjs';
import { allCores } from './measure.mjs';
import { User } from './user.mjs';

const options = {
  root: fileURLToPath(new URL('..', import.meta.url)),
  logLevel: 'error',
  preview: { host: '127.0.0.1', port: 0 },
  server: { host: '127.0.0.1', port: 0 },
};

const SERVERS = {
  dev: async () => (await createServer(options)).listen(),
  preview: () => preview(options),
};

export async function servers(browser) {
  for (const [name, start] of Object.entries(SERVERS)) {
    await check(`npm run ${name}: the page is isolated, and measures with threads`, async () => {
      const server = await start();
      const page = await browser.open();
      try {
        const user = new User(page);
        await user.open(`${server.resolvedUrls.local[0]}#measure`);
        equal(await page.evaluate(() => crossOriginIsolated), true);
        await allCores(user);
      } finally {
        await page.close();
        await server.close();
      }
    });
  }
}
