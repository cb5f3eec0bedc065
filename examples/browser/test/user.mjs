// What a visitor does with a page, by mouse and by keyboard, and what there is to see.
import { setTimeout as sleep } from 'node:timers/promises';

/** Nothing is timed; this only stops what hangs. (A measurement takes some 5 s, a minute on a busy machine.) */
const SECONDS_TO_WAIT = 180;

/** A selector of the plots' handles. */
export const handle = (name) => `[role=slider][aria-label=${JSON.stringify(name)}]`;

export class User {
  constructor(page) {
    this.page = page;
  }

  async open(address) {
    await this.page.goto('about:blank');
    await this.page.goto(address);
    await this.until(() => document.querySelector('main h2') !== null);
  }

  /** Follows the link to a section. */
  async section(name) {
    // What is there is made anew, be it the same section, if the address changes.
    await this.page.evaluate((it) => {
      const isLeft = location.hash !== `#${it}`;
      document.querySelector('.view')?.toggleAttribute('data-left', isLeft);
    }, name);
    await this.click(`nav a[href="#${name}"]`);
    await this.until(
      (it) => document.querySelector(`.view.${it}:not([data-left]) h2`) !== null,
      name,
    );
    // Plots are drawn once their size is known.
    await this.until(() =>
      [...document.querySelectorAll('svg.plot')].every((svg) => svg.hasAttribute('viewBox')),
    );
  }

  async until(holds, argument) {
    const end = performance.now() + SECONDS_TO_WAIT * 1000;
    // While one page follows another, there is none to ask.
    const ask = () => this.page.evaluate(holds, argument).catch(() => false);
    while (!(await ask())) {
      if (performance.now() > end) throw new Error(`never: ${holds} (${argument})`);
      await sleep(20);
    }
  }

  /** Where its middle is, in view. */
  where(selector) {
    return this.page.evaluate((it) => {
      const element = document.querySelector(it);
      if (element === null) throw new Error(`nothing is ${it}`);
      element.scrollIntoView({ block: 'center' });
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2, width, height };
    }, selector);
  }

  async click(selector) {
    const { x, y } = await this.where(selector);
    await this.page.move(x, y);
    await this.page.down();
    await this.page.up();
  }

  /** Clicks the button, label or summary that says so. */
  async clickText(text, within = 'body') {
    await this.page.evaluate(
      ({ text: it, within: where }) => {
        document.querySelector('[data-found]')?.removeAttribute('data-found');
        const all = document.querySelectorAll(`${where} :is(button, label, summary, a)`);
        const found = [...all].find(({ textContent }) => textContent.trim() === it);
        if (found === undefined) throw new Error(`nothing says ${it}`);
        found.setAttribute('data-found', '');
      },
      { text, within },
    );
    await this.click('[data-found]');
  }

  /** Presses at the middle of it, and lets go so many pixels from there. */
  async drag(selector, dx, dy) {
    const { x, y } = await this.where(selector);
    await this.page.move(x, y);
    await this.page.down();
    await this.page.move(x + dx / 2, y + dy / 2);
    await this.page.move(x + dx, y + dy);
    await this.page.up();
  }

  focus(selector) {
    return this.page.evaluate((it) => document.querySelector(it).focus(), selector);
  }

  async keys(selector, ...keys) {
    await this.focus(selector);
    for (const key of keys) await this.page.press(key);
  }

  value(selector) {
    return this.page.evaluate((it) => {
      const element = document.querySelector(it);
      return Number(element.getAttribute('aria-valuenow') ?? element.value);
    }, selector);
  }

  text(selector) {
    return this.page.evaluate((it) => document.querySelector(it)?.textContent, selector);
  }

  /** The value of a menu, a box or a field, by its label. */
  field(label) {
    return this.page.evaluate((it) => {
      const found = [...document.querySelectorAll('label')].find((one) => one.textContent === it);
      const { value, type, checked } = found.control;
      return type === 'checkbox' ? checked : value;
    }, label);
  }

  focusField(label) {
    return this.page.evaluate((it) => {
      [...document.querySelectorAll('label')].find((one) => one.textContent === it).control.focus();
    }, label);
  }

  /** Chooses from a menu by the keyboard: its first letters. */
  async choose(label, option) {
    await this.focusField(label);
    await this.page.press('Home');
    for (let i = 0; i < 20; i++) {
      const chosen = await this.page.evaluate(
        () => document.activeElement.selectedOptions[0].textContent,
      );
      if (chosen === option) return;
      await this.page.press('ArrowDown');
    }
    throw new Error(`${label} has no ${option}`);
  }

  /** All numbers of the library's that are shown, by their names. */
  async numbers() {
    const shown = await this.page.evaluate(() =>
      [...document.querySelectorAll('data[data-name]')].map((element) => [
        element.dataset.name,
        element.value,
        element.textContent,
      ]),
    );
    return new Map(shown.map(([name, value, text]) => [name, { value: Number(value), text }]));
  }
}
