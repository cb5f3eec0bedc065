"""Makes the files beside it, which the tests read: python3 make.py, with pyarrow 25 and NumPy 2.4.

Row i has label, p, q, w, z0…z2 as test/rows.mjs has them: integers, and single divisions of them.
"""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq

N = 100
i = np.arange(N)
label = (i * 7 % 3 == 0).astype(np.uint8)
index = (i * 5 % 3).astype(np.int64)
p = ((i * 37 % 101) + 0.5) / 102
w = (i * 11 % 8) / 4
z = np.stack([((i * (13 + k) + k) % 64 - 32) / 8 for k in range(3)], axis=1)
segment = np.array(["north", "south", "öst"])[i % 3]

nullable = pa.array([None if k == 42 else v for k, v in enumerate(p)])
columns = {
    "label": pa.array(label),
    "index": pa.array(index),
    "bool": pa.array(label == 1),
    "p": pa.array(p),
    "p32": pa.array(p.astype(np.float32)),
    "p16": pa.array(p.astype(np.float16)),
    "q": pa.array([Decimal(int(v)) / 1000 for v in (i * 37 % 101)], pa.decimal128(9, 3)),
    "w": pa.array(w),
    "maybe": nullable,
    "coded": pa.array(w).dictionary_encode(),
    "segment": pa.array(segment),
    "place": pa.array(segment).dictionary_encode(),
    "rows": pa.array(list(z)),
    "fixed": pa.FixedSizeListArray.from_arrays(pa.array(z.reshape(-1)), 3),
    "ragged": pa.array([list(range(k % 3)) for k in range(N)], pa.list_(pa.float64())),
}
table = pa.table(columns)
for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
    pq.write_table(table, f"{codec}.parquet", compression=codec, row_group_size=32)
for codec in ["uncompressed", "lz4", "zstd"]:
    feather.write_feather(table, f"{codec}.arrow", compression=codec, chunksize=32)
with pa.ipc.new_stream("stream.arrows", table.schema) as writer:
    writer.write_table(table, max_chunksize=32)

for code in ["b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]:
    for order in "<>":
        np.save(f"index-{'little' if order == '<' else 'big'}-{code}.npy", (index if code != "b1" else label).astype(order + code))
for code in ["f2", "f4", "f8"]:
    np.save(f"p-{code}.npy", p.astype(code))
np.save("w.npy", w)
np.save("label.npy", label)
np.save("z.npy", z)
np.save("z-fortran.npy", np.asfortranarray(z.astype(">f8")))
np.save("complex.npy", p.astype(complex))
arrays = dict(label=label, index=index, p=p, w=w, z=z, fortran=np.asfortranarray(z), short=p[:10])
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)
