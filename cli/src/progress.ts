// How far it is, on a terminal's last line.
import type { WriteStream } from 'node:tty';
import { grouped } from './output/table.js';

/** No more often than the eye sees, in ms. */
const INTERVAL = 100;

export class Progress {
  private readonly out: WriteStream | undefined;
  private readonly started = performance.now();
  private shownAt = 0;
  private isShown = false;

  constructor(out: WriteStream, isQuiet: boolean) {
    this.out = out.isTTY && !isQuiet ? out : undefined;
  }

  /**
   * @param rows rows so far
   * @param share what share of all that is, or undefined if nobody knows
   */
  show(rows: number, share: number | undefined): void {
    const now = performance.now();
    if (this.out === undefined || now - this.shownAt < INTERVAL) return;
    this.shownAt = now;
    const seconds = (now - this.started) / 1000;
    const parts = [`${grouped(rows)} rows`, `${grouped(Math.round(rows / seconds))} rows/s`];
    if (share !== undefined && share > 0) {
      parts.unshift(`${Math.floor(100 * share)} %`);
      parts.push(`${duration((seconds / share) * (1 - share))} left`);
    }
    // (A terminal that does not know its width says 0.)
    const width = (this.out.columns || 80) - 1;
    this.out.write(`\r\x1b[K${parts.join(', ').slice(0, width)}`);
    this.isShown = true;
  }

  /** Leaves the line empty. */
  clear(): void {
    if (this.isShown) this.out?.write('\r\x1b[K');
    this.isShown = false;
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
