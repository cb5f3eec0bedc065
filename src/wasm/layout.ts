// Where things are in a memory the kernels run in: their constants lie below TOTAL, an arena's
// arrays from RESERVED_PAGES on, and between them the blocks that arrays outside are copied into.

const FIRST_SLOT = 8192;

/** The address of the nth block of float64. */
function slot(n: number): number {
  return FIRST_SLOT + n * 8 * BLOCK;
}

import { BLOCK } from '../block.js';
export const PAGE = 65536;
export const RESERVED_PAGES = 7;

/** Where all that begins for a thread of a memory that several share: it is the same for each of them. */
export function regionAt(thread: number): number {
  return thread * RESERVED_PAGES * PAGE;
}

/** Above the constants of every module: see assembly/modules/. */
export const TOTAL = 8128;
export const TRUE = /* @__PURE__ */ slot(0);
export const PRED = /* @__PURE__ */ slot(1);
export const PREPARED = /* @__PURE__ */ slot(2);
export const LOSSES = /* @__PURE__ */ slot(3);
export const ONES = /* @__PURE__ */ slot(4);
export const WEIGHTS = /* @__PURE__ */ slot(5);
export const FACTORS = /* @__PURE__ */ slot(6);
export const RESULTS = /* @__PURE__ */ slot(7);
export const TARGETS = /* @__PURE__ */ slot(8);
/** One number for each row of a block. */
export const MAX = /* @__PURE__ */ slot(9);
export const REST = /* @__PURE__ */ slot(10);
export const LOG = /* @__PURE__ */ slot(11);
export const LINE = /* @__PURE__ */ slot(12);
export const MASS = /* @__PURE__ */ slot(13);
export const SUMS = /* @__PURE__ */ slot(14);
export const DOTS = /* @__PURE__ */ slot(15);
export const SLOPES = /* @__PURE__ */ slot(16);
export const INDICES = /* @__PURE__ */ slot(17);
export const SHARES = /* @__PURE__ */ slot(18);
export const AT_LABEL = /* @__PURE__ */ slot(19);
/** For what happens within a kernel: assembly/scratch.ts says what lies where. */
export const SCRATCH = /* @__PURE__ */ slot(20);
