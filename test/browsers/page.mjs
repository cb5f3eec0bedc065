// Starts the computation where the address says: in the page itself, or in a worker of it.
import { post } from './post.mjs';

const computation = new URL('computation.mjs', import.meta.url);

if (new URLSearchParams(location.search).get('in') === 'worker') {
  const worker = new Worker(computation, { type: 'module' });
  worker.onerror = ({ message }) => post({ error: `the worker failed: ${message}` });
} else {
  await import(computation.href);
}
