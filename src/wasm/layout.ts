// Where things are in a memory the kernels run in: their constants lie below TOTAL, an arena's
// arrays from RESERVED_PAGES on, and between them the blocks that arrays outside are copied into.
import { BLOCK } from '../block.js';

const FIRST_SLOT = 8192;

/** The address of the nth block of float64. */
function slot(n: number): number {
  return FIRST_SLOT + n * 8 * BLOCK;
}

export const PAGE = 65536;
export const RESERVED_PAGES = 5;

export const TOTAL = 4096;
export const TRUE = slot(0);
export const PRED = slot(1);
export const PREPARED = slot(2);
export const LOSSES = slot(3);
export const ONES = slot(4);
export const WEIGHTS = slot(5);
export const FACTORS = slot(6);
export const RESULTS = slot(7);
export const TARGETS = slot(8);
/** One number for each row of a block. */
export const MAX = slot(9);
export const REST = slot(10);
export const LOG = slot(11);
export const LINE = slot(12);
export const MASS = slot(13);
/** Four blocks of float64 for what happens within a kernel. */
export const SCRATCH = slot(14);
