/** One page of the site. */
export interface View {
  readonly element: HTMLElement;
  /** Ends what it has running. */
  close?: () => void;
}
