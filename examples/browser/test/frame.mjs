// What is around the sections: languages, themes, backends, widths, policies.
import { check, equal, ok } from './harness.mjs';
import { User } from './user.mjs';

export const SECTIONS = ['regression', 'binary', 'categorical', 'data', 'measure'];
/** 320 px: a wide screen at 400 %. */
const WIDTHS = [320, 360, 800, 1600];

/** Languages and themes by their switches, and that they are remembered. */
export async function switches(user, address) {
  await check(
    "the browser's language first, then the one chosen, also on the next visit",
    async () => {
      await user.open(address);
      const heading = () => user.text('main h2');
      equal([await heading(), await lang(user)], ['回归', 'zh-Hans']);
      await user.clickText('English');
      equal([await heading(), await lang(user)], ['Regression', 'en']);
      await user.open(address);
      equal(await heading(), 'Regression');
      await user.keys('.languages [lang=zh]', 'Enter');
      equal([await heading(), await lang(user)], ['回归', 'zh-Hans']);
      ok(await user.page.evaluate(() => document.activeElement.lang === 'zh'), 'focus stays');
      await user.clickText('English');
    },
  );

  await check('light and dark by the menu, also on the next visit', async () => {
    for (const [theme, key, expected] of [
      ['dark', 'End', true],
      ['light', 'ArrowUp', false],
    ]) {
      await user.keys('.theme', key);
      equal(await user.page.evaluate(() => document.documentElement.dataset.theme), theme);
      equal(await isDark(user), expected, theme);
      await user.open(address);
      equal(await isDark(user), expected, `${theme}, again`);
    }
    await user.keys('.theme', 'Home');
  });

  await check('figures are in the language and theme of the page', async () => {
    for (const section of ['regression', 'binary', 'categorical']) {
      await user.section(section);
      await user.click('.figures summary');
      await user.until(() => {
        const images = [...document.querySelectorAll('.figures img')];
        return images.length > 0 && images.every((image) => image.naturalWidth > 100);
      });
      const sources = await user.page.evaluate(() =>
        [...document.querySelectorAll('.figures img')].map(({ src }) => src.split('/').at(-1)),
      );
      for (const source of sources) ok(/^\w+\.en\.(light|dark)-/.test(source), source);
    }
    for (const [key, theme] of [
      ['End', 'dark'],
      ['ArrowUp', 'light'],
    ]) {
      await user.keys('.theme', key);
      await user.until(
        (it) =>
          [...document.querySelectorAll('.figures img')].every(({ src }) =>
            src.includes(`.${it}-`),
          ),
        theme,
      );
    }
    await user.keys('.theme', 'Home');
  });
}

/** By the colour of the background. */
const isDark = (user) =>
  user.page.evaluate(
    () => Number(/\d+/.exec(getComputedStyle(document.documentElement).backgroundColor)[0]) < 128,
  );

const lang = (user) => user.page.evaluate(() => document.documentElement.lang);

const backendOf = (user) =>
  user.page.evaluate(() => document.querySelector('[data-backend]').dataset.backend);

/** Which backend computes, and the way to the other; the numbers are the same. */
export async function backends(user, address) {
  await check('says which backend computes, and leads to the other and back', async () => {
    await user.open(`${address}#binary`);
    equal(await backendOf(user), 'wasm');
    const before = await user.numbers();
    const isOpen = () => user.page.evaluate(() => document.querySelector('.backend').open);
    await user.keys('.backend summary', 'Enter');
    equal(await isOpen(), true, 'opened by a key');
    await user.page.press('Escape');
    equal(await isOpen(), false, 'closed by Escape');
    await user.click('.backend summary');
    await user.click('h2');
    equal(await isOpen(), false, 'closed by a press elsewhere');
    await user.click('.backend summary');
    await user.clickText('See it with JavaScript');
    await user.until(
      () => /backend=js#binary/.test(location.href) && document.querySelector('[data-backend=js]'),
    );
    equal(await user.numbers(), before, 'numbers');
    await user.click('.backend summary');
    await user.clickText('See it with WebAssembly');
    await user.until(() => location.search === '' && document.querySelector('[data-backend=wasm]'));
  });
}

/** Where nothing may be compiled. */
export async function strict(user, address, section) {
  await check("without 'wasm-unsafe-eval' JavaScript computes, and the page says why", async () => {
    await user.open(address);
    equal(await backendOf(user), 'js');
    await user.click('.backend summary');
    const reason = await user.text('.popover code');
    ok(/WebAssembly is not available: .*(Content.Security.Policy|CSP)/i.test(reason), reason);
  });
  await section(user);
}

/** Nothing is wider than the screen or its card, at any width, in both languages and themes. */
export async function layouts(open, address, after) {
  for (const language of ['en', 'zh']) {
    for (const theme of ['light', 'dark']) {
      const page = await open({ language: language === 'en' ? 'en-GB' : 'zh-CN', theme });
      const user = new User(page);
      await check(`layout: ${language}, ${theme}, ${WIDTHS.join(', ')} px`, async () => {
        await user.open(address);
        // Where the browser does not pretend to be set so, the switches say it.
        if ((await lang(user)).slice(0, 2) !== language) {
          await user.click(`.languages [lang=${language}]`);
        }
        if ((await isDark(user)) !== (theme === 'dark')) {
          await user.keys('.theme', 'End', ...(theme === 'dark' ? [] : ['ArrowUp']));
        }
        equal(await isDark(user), theme === 'dark', theme);
        for (const section of SECTIONS) {
          for (const width of WIDTHS) {
            await page.resize(width);
            await user.section(section);
            await fill(user, section);
            const wide = await user.page.evaluate(tooWide);
            equal(wide, [], `${section}, ${width}`);
            await after?.({ page, section, width, language, theme });
          }
        }
        equal(page.messages, [], 'console');
      });
      await page.close();
    }
  }
}

/** Something to see where a section begins empty. */
async function fill(user, section) {
  if (section === 'measure') {
    await fillMeasure(user);
    return;
  }
  if (section !== 'data') return;
  await user.click('.drop button:nth-of-type(3)');
  await user.until(() => document.querySelector('data[data-name=mean]') !== null);
}

/** A measurement once, which stays, beside one with threads. */
async function fillMeasure(user) {
  const isThere = () => document.querySelectorAll('.timing.other').length > 0;
  if (await user.page.evaluate(isThere)) return;
  await user.click('.measure .primary');
  await user.until(() => document.querySelector('.measure progress').value > 1);
  await user.until(() => !document.querySelector('.measure .primary').disabled);
  await user.page.evaluate(() => {
    const report = JSON.parse(document.querySelector('[readonly]').value);
    const arena = report.paths.find(({ path }) => path === 'arena');
    report.paths.push({ ...arena, path: 'threads' });
    Object.assign(report.machine, { isolated: true, threads: 8, threadsReason: undefined });
    const box = document.querySelector('.measure > :last-child');
    box.querySelector('textarea').value = JSON.stringify(report);
    box.querySelector('button').click();
  });
  await user.until(isThere);
}

/** What reaches beyond the window or its card, but for what scrolls. */
function tooWide() {
  const found = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) found.push(`the page: ${scrollWidth}`);
  for (const card of document.querySelectorAll('.card, header, nav, .presets')) {
    const edge = card.getBoundingClientRect().right + 0.5;
    for (const element of card.querySelectorAll('*')) {
      if (element.closest('.wide, .away, .popover, svg') || element.hidden) continue;
      const { right } = element.getBoundingClientRect();
      if (right > edge) found.push(`${element.tagName} ${element.className}: ${right} > ${edge}`);
    }
  }
  return found;
}
