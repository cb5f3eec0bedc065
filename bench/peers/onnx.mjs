// @ts-check
// node onnx.mjs PACKAGE THREADS: ONNX Runtime as a contestant, native (node) or WebAssembly (web).
import { readFileSync } from 'node:fs';
import { serve } from '../contest/serve.mjs';
import { modelOf } from './models.mjs';

const [kind, threads] = process.argv.slice(2);
const name = `onnxruntime-${kind}`;
const ort = await import(name);
if (kind === 'web') ort.env.wasm.numThreads = Number(threads);
ort.env.logLevel = 'error';

const { version } = JSON.parse(
  readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url), 'utf8'),
);

await serve({
  versions: { [name]: version, Node: process.versions.node },
  open: async (asked, { yTrue, yPred }) => {
    const { task, verb, classes, type } = asked;
    if (verb === 'valueAndGradient') return 'it has no gradients';
    const labels = task === 'sparseLogits' ? BigInt64Array.from(yTrue, BigInt) : yTrue;
    const session = await ort.InferenceSession.create(modelOf(asked), {
      executionProviders: [kind === 'web' ? 'wasm' : 'cpu'],
      intraOpNumThreads: Number(threads),
      interOpNumThreads: 1,
      // Idle threads that spin would take the other processes' time.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    const feeds = () => ({
      yTrue: new ort.Tensor(task === 'sparseLogits' ? 'int64' : type, labels, [labels.length]),
      yPred: new ort.Tensor(
        type,
        yPred,
        task === 'sparseLogits' ? [yTrue.length, classes] : [yPred.length],
      ),
    });
    const call = async () => (await session.run(feeds())).loss.data;
    return {
      call,
      answer: async () => {
        const data = await call();
        return verb === 'mean' ? { value: data[0] } : { array: data };
      },
      close: () => session.release(),
    };
  },
});
