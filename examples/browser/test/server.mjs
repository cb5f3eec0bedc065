// Serves dist/ from a path below the root, as hosts do, by three policies.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** What hosts add. */
const HEADERS = {
  plain: {},
  /** Where memory can be shared and clocks are fine. */
  isolated: {
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  },
  /** No 'wasm-unsafe-eval': nothing may be compiled. */
  strict: { 'content-security-policy': "script-src 'self'" },
};

export class Server {
  #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.writeHead(404).end());
  });

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  /** @param {keyof typeof HEADERS} kind */
  address(kind) {
    return `http://127.0.0.1:${this.#server.address().port}/some/path/${kind}/`;
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    const [, kind, path] = /^\/some\/path\/(\w+)\/(.*)$/.exec(pathname) ?? [];
    const name = normalize(path === '' ? 'index.html' : path);
    const body = await readFile(join(dist, name));
    response.writeHead(200, {
      'content-type': TYPES[extname(name)],
      'cache-control': 'no-store',
      ...HEADERS[kind],
    });
    response.end(body);
  }
}
