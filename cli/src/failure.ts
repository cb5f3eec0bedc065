// What ends the command before its end, and the exit code that says so.

/** An error whose message is for the user; anything else is a fault of the program. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A value in a file that is not what was expected of it. */
export const badData = (message: string): Failure => new Failure(1, message);

/** Arguments that do not fit the command, each other, or the files' columns. */
export const badUsage = (message: string): Failure => new Failure(2, message);

/** A file that is not there, is cut off, or is not of its format. */
export const unreadable = (message: string): Failure => new Failure(3, message);

/** What an exception says, as the end of a sentence of ours. */
export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
