// Files that pyarrow and NumPy have written (data/make.py): the bits are those of the library.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { binaryCrossEntropy, sparseCategoricalCrossEntropy, squaredError } from 'lossmeter';
import { data, report } from './command.mjs';
import * as rows from './rows.mjs';

const tables = ['none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli']
  .map((codec) => `${codec}.parquet`)
  .concat(['uncompressed.arrow', 'lz4.arrow', 'zstd.arrow', 'stream.arrows']);
const archives = ['stored.npz', 'deflated.npz'];

const { label, index, p, p16, q, w, z } = rows;
const fromLogits = sparseCategoricalCrossEntropy.with({ fromLogits: true, classes: 3 });

it('every file that is there is read by a test', () => {
  const files = readdirSync(data).filter((name) => /\.(parquet|arrows?|npz)$/.test(name));
  assert.deepEqual(files.sort(), [...tables, ...archives].sort());
});

describe('tables and archives', { concurrency: 4 }, () => {
  for (const file of [...tables, ...archives]) {
    it(`${file}: weighted, two losses`, async () => {
      const {
        rows: n,
        dropped,
        losses,
      } = await report(
        `score ${file} --true label --pred p --weight w --loss binaryCrossEntropy,squaredError`,
      );
      assert.deepEqual([n, dropped], [rows.N, 0]);
      for (const loss of [binaryCrossEntropy, squaredError]) {
        const { mean, sum, count, weight } = loss
          .accumulator()
          .update(label, p, { sampleWeight: w });
        assert.deepEqual(losses[loss.name], { mean, sum, count, weight });
      }
    });
  }
});

/** A column, what it holds, and its kind of predictions. */
const columns = [
  ['p32', new Float32Array(p)],
  ['p16', p16],
  ['q', q],
  ['coded', w],
  ['bool', label],
  ['index', index],
];

describe('types of columns', { concurrency: 4 }, () => {
  for (const file of ['snappy.parquet', 'zstd.arrow']) {
    for (const [column, values] of columns) {
      it(`${file}: ${column}`, async () => {
        const { losses } = await report(
          `score ${file} --true bool --pred ${column} --loss squaredError`,
        );
        assert.equal(losses.squaredError.mean, squaredError.mean(label, values));
      });
    }
    for (const column of ['rows', 'fixed']) {
      it(`${file}: ${column}, a list of logits`, async () => {
        const { losses } = await report(
          `score ${file} --true index --pred ${column} --loss sparseCategoricalCrossEntropy --from-logits`,
        );
        assert.equal(losses.sparseCategoricalCrossEntropy.mean, fromLogits.mean(index, z));
      });
    }
  }
});

describe('arrays of NumPy', { concurrency: 4 }, () => {
  const types = ['b1', 'i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8'];
  for (const type of types) {
    for (const order of ['little', 'big']) {
      it(`labels of type ${type}, ${order}-endian`, async () => {
        const { losses } = await report(
          `score --true index-${order}-${type}.npy --pred p-f8.npy --loss squaredError`,
        );
        const expected = squaredError.mean(type === 'b1' ? label : index, p);
        assert.equal(losses.squaredError.mean, expected);
      });
    }
  }
  for (const [type, values] of [
    ['f2', p16],
    ['f4', new Float32Array(p)],
    ['f8', p],
  ]) {
    it(`predictions of type ${type}`, async () => {
      const { losses } = await report(
        `score --true label.npy --pred p-${type}.npy --weight w.npy --loss binaryCrossEntropy`,
      );
      const expected = binaryCrossEntropy.mean(label, values, { sampleWeight: w });
      assert.equal(losses.binaryCrossEntropy.mean, expected);
    });
  }
  for (const [where, args] of [
    ['rows in C order', '--true index-little-i4.npy --pred z.npy'],
    ['rows in Fortran order, big-endian', '--true index-little-i4.npy --pred z-fortran.npy'],
    ['rows in Fortran order in an archive', 'stored.npz --true index --pred fortran'],
    ['… that is compressed', 'deflated.npz --true index --pred fortran'],
  ]) {
    it(where, async () => {
      const { losses } = await report(
        `score ${args} --loss sparseCategoricalCrossEntropy --from-logits`,
      );
      assert.equal(losses.sparseCategoricalCrossEntropy.mean, fromLogits.mean(index, z));
    });
  }
});
