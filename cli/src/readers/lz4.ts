// Frames of LZ4, in which Arrow compresses its buffers. (What npm has for them is either native or not
// kept; the format is small.)

const MAGIC = 0x184d2204;

/** Decompresses a frame that holds `length` bytes; throws if it holds anything else. */
export function decompressLz4(frame: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const out = new Uint8Array(length);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('expected a frame of LZ4');
  const flags = view.getUint8(4);
  const hasBlockChecksums = (flags & 0x10) !== 0;
  const hasSize = (flags & 0x08) !== 0;
  const hasDictionary = (flags & 0x01) !== 0;
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  let done = 0;
  for (;;) {
    const word = view.getUint32(at, true);
    at += 4;
    if (word === 0) break;
    const size = word & 0x7fffffff;
    const block = frame.subarray(at, at + size);
    if (block.length < size) throw new RangeError('an LZ4 block is cut off');
    if (word >>> 31 === 1) {
      out.set(block, done);
      done += size;
    } else done = decompressBlock(block, out, done);
    at += size + (hasBlockChecksums ? 4 : 0);
  }
  if (done !== length)
    throw new RangeError(`expected ${length} bytes in a frame of LZ4, got ${done}`);
  return out;
}

/** Writes a block's bytes to `out` from `done` on, where earlier blocks lie before; returns the end. */
function decompressBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let done = start;
  let at = 0;
  const longer = (first: number): number => {
    if (first < 15) return first;
    let sum = first;
    for (;;) {
      const byte = block[at++];
      sum += byte;
      // (NaN, beyond the end.)
      if (byte !== 255) return sum;
    }
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = longer(token >> 4);
    if (!(at + literals <= block.length && done + literals <= out.length)) throw damaged();
    out.set(block.subarray(at, at + literals), done);
    at += literals;
    done += literals;
    // The last sequence has no match.
    if (at === block.length) return done;
    const distance = block[at] | (block[at + 1] << 8);
    at += 2;
    const matched = longer(token & 15) + 4;
    if (!(distance > 0 && distance <= done && done + matched <= out.length)) throw damaged();
    if (distance >= matched) out.copyWithin(done, done - distance, done - distance + matched);
    else for (let i = 0; i < matched; i++) out[done + i] = out[done + i - distance];
    done += matched;
  }
  throw damaged();
}

const damaged = () => new RangeError('an LZ4 block is damaged');
