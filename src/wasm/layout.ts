// Where things are in a memory the kernels run in: their constants lie below TOTAL, an arena's
// arrays from RESERVED_PAGES on, and between them the blocks that ordinary arrays are copied into.
import { BLOCK } from '../block.js';

const SLOT = 8 * BLOCK;

export const PAGE = 65536;
export const RESERVED_PAGES = 3;

export const TOTAL = 4096;
export const TRUE = 8192;
export const PRED = TRUE + SLOT;
export const PREPARED = PRED + SLOT;
export const LOSSES = PREPARED + SLOT;
export const ONES = LOSSES + SLOT;
/** Four blocks of float64 for what happens within a kernel. */
export const SCRATCH = ONES + SLOT;
