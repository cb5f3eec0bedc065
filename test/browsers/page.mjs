// Starts the computation where the address says: in the page itself, or in a worker of it.
import { post } from './post.mjs';

const asked = new URLSearchParams(location.search);
const computation = new URL(String(asked.get('run')), import.meta.url);

if (asked.get('in') === 'worker') {
  const worker = new Worker(computation, { type: 'module' });
  worker.onerror = ({ message }) => post({ error: `the worker failed: ${message}` });
} else {
  await import(computation.href);
}
