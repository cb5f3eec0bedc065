import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.mjs'],
    globalSetup: ['setup.mjs'],
    reporters: ['verbose'],
    // Nothing is timed; this only stops what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Bundlers and checkers start threads of their own.
    fileParallelism: false,
  },
});
