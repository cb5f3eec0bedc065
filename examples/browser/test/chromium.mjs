// Debian's Chromium, driven by Playwright.
import { chromium } from 'playwright-core';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startChromium(executablePath) {
  const browser = await chromium.launch({ executablePath, args: ARGS });
  return {
    name: `Chromium ${browser.version()}`,
    close: () => browser.close(),
    /** @param {{ language?: string, theme?: 'light' | 'dark', width?: number, isCalm?: boolean, hasTouch?: boolean }} options */
    open: async ({
      language = 'en-GB',
      theme = 'light',
      width = 1440,
      isCalm = false,
      hasTouch = false,
    } = {}) => {
      const context = await browser.newContext({
        locale: language,
        colorScheme: theme,
        viewport: { width, height: 900 },
        hasTouch,
        reducedMotion: isCalm ? 'reduce' : 'no-preference',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const page = await context.newPage();
      /** @type {string[]} */
      const messages = [];
      /** @type {string[]} */
      const addresses = [];
      page.on('console', (message) => messages.push(message.text()));
      page.on('pageerror', (error) => messages.push(String(error)));
      page.on('request', (request) => addresses.push(request.url()));
      return {
        messages,
        addresses,
        goto: (address) => page.goto(address),
        evaluate: (run, argument) => page.evaluate(run, argument),
        before: (run) => page.addInitScript(run),
        resize: (to) => page.setViewportSize({ width: to, height: 900 }),
        move: (x, y) => page.mouse.move(x, y),
        down: () => page.mouse.down(),
        up: () => page.mouse.up(),
        press: (key) => page.keyboard.press(key),
        type: (text) => page.keyboard.type(text),
        setFiles: (selector, paths) => page.setInputFiles(selector, paths),
        /** A finger that goes by so many pixels. */
        swipe: async (x, y, dy, dx = 0) => {
          const session = await context.newCDPSession(page);
          const touch = (type, ...touchPoints) =>
            session.send('Input.dispatchTouchEvent', { type, touchPoints });
          await touch('touchStart', { x, y });
          for (let i = 1; i <= 4; i++) {
            await touch('touchMove', { x: x + (dx * i) / 4, y: y + (dy * i) / 4 });
          }
          await touch('touchEnd');
          // What was thrown goes on by itself for a while.
          await page.evaluate(async () => {
            let before;
            do {
              before = scrollY;
              await new Promise((resolve) => setTimeout(resolve, 100));
            } while (scrollY !== before);
          });
        },
        /** Those that run now, in each other, too. */
        workers: () => page.workers().length,
        offline: (isOffline) => context.setOffline(isOffline),
        screenshot: (path) => page.screenshot({ path, fullPage: true }),
        close: () => context.close(),
      };
    },
  };
}
