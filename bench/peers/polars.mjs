// @ts-check
// Polars as a contestant: an expression over two columns.
import { readFileSync } from 'node:fs';
import pl from 'nodejs-polars';
import { serve } from '../contest/serve.mjs';

const y = pl.col('yTrue');
const p = pl.col('yPred');

/** @param {import('../contest/serve.mjs').Asked} asked @returns {any} each sample's loss */
function lossOf({ task, delta }) {
  const d = p.sub(y);
  switch (task) {
    case 'squared':
      return d.mul(d);
    case 'absolute':
      return d.abs();
    case 'huber':
      return pl
        .when(d.abs().ltEq(delta))
        .then(d.mul(d).mul(0.5))
        .otherwise(
          d
            .abs()
            .sub(0.5 * delta)
            .mul(delta),
        );
    case 'binary':
      return y
        .mul(p.log())
        .add(pl.lit(1).sub(y).mul(pl.lit(1).sub(p).log()))
        .mul(-1);
    case 'binaryLogits':
      return pl
        .when(p.gt(0))
        .then(p)
        .otherwise(pl.lit(0))
        .sub(p.mul(y))
        .add(pl.lit(1).add(p.abs().mul(-1).exp()).log());
    case 'sparseLogits':
      return undefined;
  }
}

const { version } = JSON.parse(
  readFileSync(new URL('node_modules/nodejs-polars/package.json', import.meta.url), 'utf8'),
);

await serve({
  versions: { 'nodejs-polars': version, Node: process.versions.node },
  open: (asked, { yTrue, yPred }) => {
    const { verb, place } = asked;
    const loss = lossOf(asked);
    if (loss === undefined) return 'it has no rows of classes';
    if (verb === 'valueAndGradient') return 'it has no gradients';
    const put = () =>
      pl.DataFrame({ yTrue: pl.Series('yTrue', yTrue), yPred: pl.Series('yPred', yPred) });
    const resident = place === 'resident' ? put() : undefined;
    const frame = () => resident ?? put();
    const expression = (verb === 'mean' ? loss.mean() : loss).alias('loss');
    const compute = () => frame().select(expression);
    if (verb === 'mean') {
      const call = () => compute().getColumn('loss').get(0);
      return { call, answer: () => ({ value: call() }) };
    }
    const Floats = asked.type === 'float32' ? Float32Array : Float64Array;
    return {
      call: compute,
      answer: () => ({ array: Floats.from(compute().getColumn('loss').toArray()) }),
    };
  },
});
