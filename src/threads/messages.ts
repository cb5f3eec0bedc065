/** What the caller posts to a thread. */
export type Message =
  | {
      readonly type: 'start';
      readonly board: SharedArrayBuffer;
      /** Which of the threads it is, from 1 on: 0 is the caller. */
      readonly index: number;
      /** Where the ring is, and the scratch of each thread. */
      readonly common: WebAssembly.Memory;
      /** How often it looks for more to do before it sleeps. */
      readonly looks: number;
    }
  | {
      readonly type: 'memory';
      readonly number: number;
      readonly memory: WebAssembly.Memory | SharedArrayBuffer;
      /** How many threads have scratch in it. */
      readonly regions: number;
    }
  | {
      readonly type: 'loss';
      readonly number: number;
      readonly name: string;
      readonly options: object;
    }
  | {
      readonly type: 'forget';
      readonly what: 'memories' | 'cores';
      readonly number: number;
    };
