// Makes the report, in a page or in a worker, and posts it.
import { post } from './post.mjs';

try {
  const library = await import('../../dist/index.js');
  const { report } = await import('../digest/report.mjs');
  await post({ scope: globalThis.constructor.name, report: await report(library) });
} catch (error) {
  // V8's stack starts with the message, the others' have only where it was.
  const stack = error instanceof Error ? String(error.stack) : '';
  await post({ error: stack.startsWith(String(error)) ? stack : `${error}\n${stack}` });
}
