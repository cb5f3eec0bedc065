// AssemblyScript. The least that any loss must do: read its arguments' bytes, and write its results'.

/** Reads `bytes` bytes, rounded up to 16, and does next to nothing with them. */
export function read(ptr: usize, bytes: usize): i32 {
  let s0 = i64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = ptr + bytes;
  for (const last = ptr + (bytes & ~63); ptr < last; ptr += 64) {
    s0 = v128.xor(s0, v128.load(ptr));
    s1 = v128.xor(s1, v128.load(ptr, 16));
    s2 = v128.xor(s2, v128.load(ptr, 32));
    s3 = v128.xor(s3, v128.load(ptr, 48));
  }
  for (; ptr < end; ptr += 16) s0 = v128.xor(s0, v128.load(ptr));
  return v128.any_true(v128.or(v128.or(s0, s1), v128.or(s2, s3))) ? 1 : 0;
}

/** The same for two arrays of one length, in step. */
export function read_both(aPtr: usize, bPtr: usize, bytes: usize): i32 {
  let a0 = i64x2.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const end = aPtr + bytes;
  for (const last = aPtr + (bytes & ~63); aPtr < last; aPtr += 64) {
    a0 = v128.xor(a0, v128.load(aPtr));
    b0 = v128.xor(b0, v128.load(bPtr));
    a1 = v128.xor(a1, v128.load(aPtr, 16));
    b1 = v128.xor(b1, v128.load(bPtr, 16));
    a2 = v128.xor(a2, v128.load(aPtr, 32));
    b2 = v128.xor(b2, v128.load(bPtr, 32));
    a3 = v128.xor(a3, v128.load(aPtr, 48));
    b3 = v128.xor(b3, v128.load(bPtr, 48));
    bPtr += 64;
  }
  for (; aPtr < end; aPtr += 16) {
    a0 = v128.xor(a0, v128.load(aPtr));
    b0 = v128.xor(b0, v128.load(bPtr));
    bPtr += 16;
  }
  a0 = v128.or(v128.or(a0, a1), v128.or(a2, a3));
  b0 = v128.or(v128.or(b0, b1), v128.or(b2, b3));
  return v128.any_true(v128.or(a0, b0)) ? 1 : 0;
}

/** The same, and writes a third array of their length. */
export function read_both_and_write(aPtr: usize, bPtr: usize, outPtr: usize, bytes: usize): void {
  const end = aPtr + bytes;
  for (const last = aPtr + (bytes & ~63); aPtr < last; aPtr += 64) {
    v128.store(outPtr, v128.xor(v128.load(aPtr), v128.load(bPtr)));
    v128.store(outPtr, v128.xor(v128.load(aPtr, 16), v128.load(bPtr, 16)), 16);
    v128.store(outPtr, v128.xor(v128.load(aPtr, 32), v128.load(bPtr, 32)), 32);
    v128.store(outPtr, v128.xor(v128.load(aPtr, 48), v128.load(bPtr, 48)), 48);
    bPtr += 64;
    outPtr += 64;
  }
  for (; aPtr < end; aPtr += 16) {
    v128.store(outPtr, v128.xor(v128.load(aPtr), v128.load(bPtr)));
    bPtr += 16;
    outPtr += 16;
  }
}
