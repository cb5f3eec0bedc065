// npm run test:browsers: the same bits from every browser, on a page and in a worker, and also where
// a Content-Security-Policy forbids WebAssembly.
import { reference } from '../digest/reference.mjs';
import { Verdict } from '../digest/verdict.mjs';
import { Visits } from './visits.mjs';

const VISITS = /** @type {const} */ ([
  { scope: 'page', isStrict: false, isIsolated: true },
  { scope: 'worker', isStrict: false, isIsolated: true },
  { scope: 'page', isStrict: false, isIsolated: false },
  { scope: 'page', isStrict: true, isIsolated: true },
  { scope: 'worker', isStrict: true, isIsolated: true },
]);

const visits = await Visits.open();
try {
  const verdict = new Verdict();
  await verdict.row({ name: 'Node, this one', version: process.versions.node }, reference);
  const asked = visits.browsers.flatMap((browser) =>
    VISITS.map((options) => {
      const { scope, isStrict, isIsolated } = options;
      const way = isStrict ? ', strict policy' : isIsolated ? '' : ', not isolated';
      const name = `${browser.name}, ${scope}${way}`;
      const withoutWasm = isStrict ? /Content.Security.Policy|CSP/i : undefined;
      const withoutThreads = isIsolated ? withoutWasm : /not cross-origin isolated/;
      const { version } = browser;
      const subject = { name, version, withoutWasm, withoutThreads };
      return /** @type {const} */ ([subject, () => visits.visit(browser, options)]);
    }),
  );
  await verdict.rows(asked);
  verdict.close();
} finally {
  await visits.close();
}
