// Serves the built library and the page that runs its digest or its benchmark, and takes the page's report.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const root = new URL('../../', import.meta.url);
const SERVED = /^(dist|test\/(browsers|digest|losses)|bench(\/browsers)?)\/[\w-]+\.(html|js|mjs)$/;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

/** Scripts of the page's own origin and nothing else: no 'wasm-unsafe-eval'. */
const STRICT = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";

/** What makes a page, and its workers, cross-origin isolated. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * @typedef {object} Visit one load of the page
 * @property {string} address
 * @property {Promise<any>} posted what the page posts
 */

export class Server {
  /** @type {Map<string, { isStrict: boolean, isIsolated: boolean, post: (body: any) => void }>} */
  #visits = new Map();
  #server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });

  /** Listens on a port of this machine that is free. */
  async listen() {
    await /** @type {Promise<void>} */ (
      new Promise((resolve, reject) => {
        this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
      })
    );
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /**
   * An address of the page that nothing has visited yet.
   *
   * @param {{ isStrict: boolean, isIsolated?: boolean, scope: 'page' | 'worker', run?: string }} options `run`: another computation than the digest
   * @returns {Visit}
   */
  visit({ isStrict, isIsolated = true, scope, run = 'computation.mjs' }) {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    const name = String(this.#visits.size);
    const posted = new Promise((resolve) => {
      this.#visits.set(name, { isStrict, isIsolated, post: resolve });
    });
    const address = `http://127.0.0.1:${port}/${name}/test/browsers/page.html?in=${scope}&run=${run}`;
    return { address, posted };
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #answer(request, response) {
    const { pathname } = new URL(request.url ?? '', 'http://127.0.0.1');
    const [, name, path] = /^\/(\d+)\/(.*)$/.exec(pathname) ?? [];
    const visit = this.#visits.get(name ?? '');
    if (visit !== undefined && path === 'report' && request.method === 'POST') {
      const chunks = await request.toArray();
      visit.post(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(204).end();
    } else if (visit !== undefined && SERVED.test(path ?? '')) {
      const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(path))];
      response.writeHead(200, {
        'content-type': `${type}; charset=utf-8`,
        'cache-control': 'no-store',
        ...(visit.isStrict ? { 'content-security-policy': STRICT } : {}),
        ...(visit.isIsolated ? ISOLATED : {}),
      });
      response.end(await readFile(new URL(path, root)));
    } else {
      response.writeHead(404).end();
    }
  }
}
