// Debian's Firefox, driven by WebDriver BiDi, which it speaks itself: Playwright and WebDriver need
// a browser of their own, or a geckodriver, which Debian has not.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const PREFERENCES = {
  'app.normandy.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'intl.accept_languages': 'zh-CN, en',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'toolkit.telemetry.enabled': false,
};

const SECONDS_TO_START = 60;
const SECONDS_TO_ANSWER = 60;

/** As WebDriver says them. */
const KEYS = {
  ArrowUp: '\uE013',
  ArrowDown: '\uE015',
  ArrowLeft: '\uE012',
  ArrowRight: '\uE014',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  Home: '\uE011',
  End: '\uE010',
  Tab: '\uE004',
  Enter: '\uE007',
  Escape: '\uE00C',
  Space: ' ',
};

/** Commands, and the answers to them. */
class Connection {
  #socket;
  #id = 0;
  #waiting = new Map();
  #listeners = [];

  constructor(socket) {
    this.#socket = socket;
    socket.on('message', (text) => {
      const message = JSON.parse(String(text));
      if (message.type === 'event') for (const listener of this.#listeners) listener(message);
      else this.#answer(message);
    });
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Firefox is gone'));
    });
  }

  #answer({ id, type, result, error, message }) {
    const { resolve, reject, timer } = this.#waiting.get(id);
    clearTimeout(timer);
    this.#waiting.delete(id);
    if (type === 'error') reject(new Error(`${error}: ${message}`));
    else resolve(result);
  }

  send(method, params) {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no answer to ${method}`)),
        SECONDS_TO_ANSWER * 1000,
      );
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  onEvent(listener) {
    this.#listeners.push(listener);
  }

  close() {
    this.#socket.close();
  }
}

export async function startFirefox(executable) {
  const profile = await mkdtemp(join(tmpdir(), 'lossmeter-firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const child = spawn(
    executable,
    ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'],
    {
      env: { ...process.env, HOME: profile, TMPDIR: profile },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const connection = new Connection(await connect(await addressFrom(child)));
  const { capabilities } = await connection.send('session.new', { capabilities: {} });
  await connection.send('session.subscribe', {
    events: ['log.entryAdded', 'network.beforeRequestSent'],
  });
  return {
    name: `Firefox ${capabilities.browserVersion}`,
    open: () => open(connection),
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      connection.close();
      end();
      await ended;
      process.off('exit', end);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Where it listens, as it says on its standard error. */
function addressFrom(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(
      () => reject(new Error(`Firefox does not start: ${said}`)),
      SECONDS_TO_START * 1000,
    );
    child.stderr.on('data', (text) => {
      said += text;
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(said) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(`${address}/session`);
    });
    child.once('exit', () => reject(new Error(`Firefox ended: ${said}`)));
  });
}

function connect(address) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

async function open(connection) {
  const { context } = await connection.send('browsingContext.create', { type: 'tab' });
  const messages = [];
  const addresses = [];
  connection.onEvent(({ method, params }) => {
    if (method === 'log.entryAdded' && params.source.context === context)
      messages.push(params.text);
    if (method === 'network.beforeRequestSent' && params.context === context) {
      addresses.push(params.request.url);
    }
  });
  const perform = (actions) => connection.send('input.performActions', { context, actions });
  const mouse = (...actions) => perform([{ type: 'pointer', id: 'mouse', actions }]);
  const keys = (values) =>
    perform([
      {
        type: 'key',
        id: 'keys',
        actions: values.flatMap((value) => [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ]),
      },
    ]);
  const evaluate = async (run, argument) => {
    // Plain data go both ways as JSON.
    const { result, exceptionDetails } = await connection.send('script.callFunction', {
      functionDeclaration: `async (text) => JSON.stringify([await (${run})(JSON.parse(text)[0])])`,
      arguments: [{ type: 'string', value: JSON.stringify([argument]) }],
      awaitPromise: true,
      target: { context },
    });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
    return JSON.parse(result.value)[0] ?? undefined;
  };
  return {
    messages,
    addresses,
    goto: (url) => connection.send('browsingContext.navigate', { context, url, wait: 'complete' }),
    evaluate,
    resize: (width) =>
      connection.send('browsingContext.setViewport', { context, viewport: { width, height: 900 } }),
    move: (x, y) => mouse({ type: 'pointerMove', x: Math.round(x), y: Math.round(y) }),
    down: () => mouse({ type: 'pointerDown', button: 0 }),
    up: () => mouse({ type: 'pointerUp', button: 0 }),
    press: (key) => keys([KEYS[key] ?? key]),
    type: (text) => keys([...text]),
    setFiles: async (selector, files) => {
      const { nodes } = await connection.send('browsingContext.locateNodes', {
        context,
        locator: { type: 'css', value: selector },
      });
      const element = { sharedId: nodes[0].sharedId };
      await connection.send('input.setFiles', { context, element, files });
    },
    close: () => connection.send('browsingContext.close', { context }),
  };
}
