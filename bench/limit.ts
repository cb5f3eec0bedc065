// AssemblyScript. The least that any loss must do: read its arguments' bytes.

/** Reads `bytes` bytes, rounded up to 16, and does next to nothing with them. */
export function read(ptr: usize, bytes: usize): i32 {
  let s0 = i64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  const end = ptr + bytes;
  for (const last = ptr + (bytes & ~127); ptr < last; ptr += 128) {
    s0 = v128.xor(s0, v128.load(ptr));
    s1 = v128.xor(s1, v128.load(ptr, 16));
    s2 = v128.xor(s2, v128.load(ptr, 32));
    s3 = v128.xor(s3, v128.load(ptr, 48));
    s4 = v128.xor(s4, v128.load(ptr, 64));
    s5 = v128.xor(s5, v128.load(ptr, 80));
    s6 = v128.xor(s6, v128.load(ptr, 96));
    s7 = v128.xor(s7, v128.load(ptr, 112));
  }
  for (; ptr < end; ptr += 16) s0 = v128.xor(s0, v128.load(ptr));
  s0 = v128.or(v128.or(s0, s1), v128.or(s2, s3));
  s4 = v128.or(v128.or(s4, s5), v128.or(s6, s7));
  return v128.any_true(v128.or(s0, s4)) ? 1 : 0;
}
