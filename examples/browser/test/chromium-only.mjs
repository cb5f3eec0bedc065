// What is asked of Chromium alone: accessibility by axe, weight, first paint, motion, focus.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import axe from 'axe-core';
import { SECTIONS } from './frame.mjs';
import { check, equal, ok } from './harness.mjs';
import { handle, User } from './user.mjs';

const BUDGET = 150 * 1024;

/** No violation of axe's rules, those of best practice included. */
export async function violations(page) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations: all } = await globalThis.axe.run(document);
    return all.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200))}`);
  });
  equal(found, [], 'axe');
}

async function wait(holds, otherwise) {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(otherwise);
    await sleep(50);
  }
}

export async function chromiumOnly(browser, server) {
  await check('the first load is at most 150 KB gzipped, and all from here', async () => {
    const page = await browser.open();
    await new User(page).open(server.address('plain'));
    const paths = [...new Set(page.addresses)].map((address) => {
      ok(address.startsWith(server.address('plain')), `from elsewhere: ${address}`);
      return address.slice(server.address('plain').length) || 'index.html';
    });
    const bytes = paths.map(
      (path) => gzipSync(readFileSync(new URL(`../dist/${path}`, import.meta.url))).length,
    );
    const sum = bytes.reduce((a, b) => a + b, 0);
    console.log(`    ${(sum / 1024).toFixed(1)} KB: ${paths.join(', ')}`);
    ok(sum <= BUDGET, `${sum} bytes`);
    await page.close();
  });

  await check('the first paint does not wait for WebAssembly', async () => {
    const page = await browser.open();
    await page.before(() => {
      const { Module } = WebAssembly;
      WebAssembly.Module = new Proxy(Module, {
        construct(target, values) {
          globalThis.hasCompiled = true;
          return new target(...values);
        },
      });
      // Whether there has been a paint is said when the test says so, and no time is too long.
      const { setTimeout: later, PerformanceObserver: Observer } = globalThis;
      globalThis.setTimeout = (run, delay) => (delay >= 1000 ? 0 : later(run, delay));
      globalThis.PerformanceObserver = class extends Observer {
        constructor(callback) {
          super(() => {});
          globalThis.paint = callback;
        }
      };
    });
    const user = new User(page);
    await page.goto(server.address('plain'));
    await user.until(() => document.readyState === 'complete');
    equal(await page.evaluate(() => globalThis.hasCompiled), undefined, 'before the first paint');
    ok((await user.text('main')).includes('Loss functions'), 'there is something to paint');
    await page.evaluate(() => globalThis.paint());
    await user.until(() => globalThis.hasCompiled && document.querySelector('main h2') !== null);
    await page.close();
  });

  await check(
    'the threads of a measurement end with it, with a stop and with its section',
    async () => {
      const page = await browser.open();
      const user = new User(page);
      await user.open(`${server.address('isolated')}#measure`);
      const says = (text) =>
        user.until(
          (it) => document.querySelector('.measure .status').textContent.startsWith(it),
          text,
        );
      const processors = await page.evaluate(() => navigator.hardwareConcurrency);
      for (const end of [
        () => says('Done'),
        () => user.clickText('Stop'),
        () => user.section('binary'),
      ]) {
        await user.click('.measure .primary');
        await says('Round');
        equal(page.workers(), processors, 'that which measures, and its threads');
        await end();
        // Chromium leaves those that wait some seconds.
        await wait(() => page.workers() === 0, 'workers are left');
      }
      await page.close();
    },
  );

  await check('focus is visible wherever Tab leads, and leads everywhere', async () => {
    const page = await browser.open({ isCalm: true });
    const user = new User(page);
    await user.open(server.address('plain'));
    for (const section of ['regression', 'categorical', 'data']) {
      await user.section(section);
      await user.page.evaluate(() => document.activeElement.blur());
      const count = await page.evaluate(
        () =>
          [
            ...document.querySelectorAll(
              'a, button, select, summary, input, textarea, [tabindex="0"]',
            ),
          ].filter(
            (one) =>
              one.checkVisibility() && !one.disabled && !(one.type === 'radio' && !one.checked),
          ).length,
      );
      const seen = new Set();
      for (let i = 0; i < count + 3; i++) {
        await page.press('Tab');
        const where = await page.evaluate(() => {
          const it = document.activeElement;
          if (it === document.body) return undefined;
          globalThis.order ??= new Map();
          if (!globalThis.order.has(it)) globalThis.order.set(it, globalThis.order.size);
          // Of a hidden input its label shows it.
          const shown =
            /radio/.test(it.type) || it.className === 'away' ? it.nextElementSibling : it;
          const halo = it.querySelector?.('.halo');
          const isVisible = halo
            ? Number(getComputedStyle(halo).opacity) > 0
            : getComputedStyle(shown).outlineStyle !== 'none';
          return { id: globalThis.order.get(it), isVisible, what: it.outerHTML.slice(0, 120) };
        });
        if (where === undefined) continue;
        ok(where.isVisible, `${section}: focus is not visible: ${where.what}`);
        seen.add(where.id);
      }
      ok(seen.size >= count, `${section}: ${seen.size} of ${count} are reached`);
    }
    await page.close();
  });

  await check('a finger moves a handle, and the page with all else', async () => {
    const page = await browser.open({ width: 360, hasTouch: true });
    const user = new User(page);
    await user.open(server.address('plain'));
    const house = handle('Price of the 120 m² house');
    const scrolled = () => page.evaluate(() => scrollY);
    const { x, y } = await user.where(house);
    const before = await scrolled();
    await page.swipe(x, y, 40);
    ok((await user.value(house)) < 320, `moved to ${await user.value(house)}`);
    equal(await scrolled(), before, 'scrolled');
    await page.swipe(6, 600, -200);
    await user.until((from) => scrollY > from, before);
    await user.section('binary');
    const middle = await user.where('.binary .surface');
    const kept = await user.value(handle('probability p'));
    await page.swipe(middle.x, middle.y, -60);
    await user.until(
      (value) =>
        document.querySelector('.binary .plot [role=slider]').getAttribute('aria-valuenow') ===
        value,
      String(kept),
    );
    await page.swipe(middle.x, (await user.where('.binary .surface')).y, 0, -0.4 * middle.width);
    const p = await user.value(handle('probability p'));
    ok(Math.abs(p - 0.1) < 0.03, `along a plot: ${p}`);
    await page.close();
  });

  await check('nothing moves by itself where motion is to be reduced', async () => {
    const page = await browser.open({ isCalm: true });
    const user = new User(page);
    await user.open(server.address('plain'));
    for (const section of SECTIONS) {
      await user.section(section);
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .filter((one) => {
            const { transitionDuration, animationDuration } = getComputedStyle(one);
            return /[1-9]/.test(transitionDuration) || /[1-9]/.test(animationDuration);
          })
          .map((one) => one.outerHTML.slice(0, 80)),
      );
      equal(moving, [], section);
    }
    await page.close();
  });

  await check('a page that has been opened goes on without its server', async () => {
    const page = await browser.open();
    const user = new User(page);
    await user.open(server.address('plain'));
    await page.offline(true);
    for (const section of ['binary', 'categorical', 'regression']) await user.section(section);
    await user.click('nav a[href="#data"]');
    await user.until(() => document.querySelector('main [role=alert]') !== null);
    await page.close();
  });
}
