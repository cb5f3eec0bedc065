/** What is wrong with the data, as a string of the table and what fills it in. */
import type { Key } from '../language';

/** Of the data: rows are counted from 1, a heading not among them. */
export interface Complaint {
  readonly key: Key;
  readonly values: readonly (string | number)[];
}

export class Problem extends Error {
  readonly complaint: Complaint;

  constructor(key: Key, ...values: readonly (string | number)[]) {
    super(key);
    this.complaint = { key, values };
  }
}
