// Where an instance may write. The address is an import, so that instances which share a memory need
// not share what they write there: src/wasm/layout.ts hands it out.

/** SCRATCH_BYTES of src/wasm/layout.ts, which only kernels write and nothing outlives a call in. */
declare const SCRATCH: usize;

/** What lies in it (as methods, which are inlined: a global of a sum would need a start function). */
export class Scratch {
  /** The terms of a short sum: FEW of them. */
  @inline
  static get few(): usize {
    return SCRATCH;
  }

  /** Of a row of logits, whose terms are added up elsewhere: the largest of each run of it, */
  @inline
  static get runs(): usize {
    return SCRATCH;
  }

  /** its last elements, filled up to a vector, */
  @inline
  static get tail(): usize {
    return SCRATCH + 512;
  }

  /** how many are as large as the largest, */
  @inline
  static get ties(): usize {
    return SCRATCH + 528;
  }

  /** and of rows side by side: the exponentials of their largest, */
  @inline
  static get tops(): usize {
    return SCRATCH + 544;
  }

  /** the largest themselves, or 0 where they are taken off, */
  @inline
  static get zero(): usize {
    return SCRATCH + 576;
  }

  /** and what they and the others are multiplied by. */
  @inline
  static get whole(): usize {
    return SCRATCH + 592;
  }

  @inline
  static get shares(): usize {
    return SCRATCH + 608;
  }

  /** Two rows of eight for `lastRow`, */
  @inline
  static get lastA(): usize {
    return SCRATCH + 1024;
  }

  @inline
  static get lastB(): usize {
    return SCRATCH + 1088;
  }

  /** and one for weights, or for what is written. */
  @inline
  static get lastW(): usize {
    return SCRATCH + 1152;
  }

  /** A total. */
  @inline
  static get total(): usize {
    return SCRATCH + 1216;
  }

  /** The constant of a term, */
  @inline
  static get constant(): usize {
    return SCRATCH + 1232;
  }

  /** and three of what is written. */
  @inline
  static get constants(): usize {
    return SCRATCH + 1240;
  }

  /** Four blocks of float64. */
  @inline
  static get blocks(): usize {
    return SCRATCH + 1280;
  }
}
