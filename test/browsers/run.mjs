// npm run test:browsers: the same bits from every browser, on a page and in a worker, and also where
// a Content-Security-Policy forbids WebAssembly.
import { reference } from '../digest/reference.mjs';
import { Verdict } from '../digest/verdict.mjs';
import { Visits } from './visits.mjs';

const VISITS = /** @type {const} */ ([
  { scope: 'page', isStrict: false },
  { scope: 'worker', isStrict: false },
  { scope: 'page', isStrict: true },
  { scope: 'worker', isStrict: true },
]);

const visits = await Visits.open();
try {
  const verdict = new Verdict();
  await verdict.row({ name: 'Node, this one', version: process.versions.node }, reference);
  for (const browser of visits.browsers) {
    for (const options of VISITS) {
      const { scope, isStrict } = options;
      const name = `${browser.name}, ${scope}${isStrict ? ', strict policy' : ''}`;
      const withoutWasm = isStrict ? /Content.Security.Policy|CSP/i : undefined;
      await verdict.row({ name, version: browser.version, withoutWasm }, () =>
        visits.visit(browser, options),
      );
    }
  }
  verdict.close();
} finally {
  await visits.close();
}
