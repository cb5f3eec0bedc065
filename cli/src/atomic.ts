// Files that are there when they are whole, or not at all.
import { rmSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { reason, unreadable } from './failure.js';

/** Those that are being written; what ends the program ends them. */
const unfinished = new Set<string>();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    for (const path of unfinished) rmSync(path, { force: true });
    // As the signal would have it.
    process.kill(process.pid, signal);
  });
}

export class AtomicFile {
  readonly path: string;
  private readonly temporary: string;
  private readonly file: FileHandle;

  private constructor(path: string, temporary: string, file: FileHandle) {
    this.path = path;
    this.temporary = temporary;
    this.file = file;
  }

  /** (Beside the file, so that it can be renamed, by a name that no other process has.) */
  static async create(path: string): Promise<AtomicFile> {
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      unfinished.add(temporary);
      return new AtomicFile(path, temporary, await open(temporary, 'w'));
    } catch (error) {
      unfinished.delete(temporary);
      throw unreadable(`${path}: it cannot be written: ${reason(error)}`);
    }
  }

  async write(bytes: Uint8Array, position?: number): Promise<void> {
    try {
      for (let done = 0; done < bytes.length; ) {
        const at = position === undefined ? null : position + done;
        const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, at);
        done += bytesWritten;
      }
    } catch (error) {
      throw unreadable(`${this.path}: it cannot be written: ${reason(error)}`);
    }
  }

  /** All of it is on the disk before it has its name. */
  async commit(): Promise<void> {
    try {
      await this.file.sync();
      await this.file.close();
      await rename(this.temporary, this.path);
    } catch (error) {
      throw unreadable(`${this.path}: it cannot be written: ${reason(error)}`);
    }
    unfinished.delete(this.temporary);
  }

  /** Leaves nothing, unless it is there already. */
  async discard(): Promise<void> {
    if (!unfinished.has(this.temporary)) return;
    await this.file.close().catch(() => {});
    await rm(this.temporary, { force: true });
    unfinished.delete(this.temporary);
  }
}
