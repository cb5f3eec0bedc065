import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // `--mode thorough`: see test/support/sample.ts.
    env: { LOSSMETER_THOROUGH: mode === 'thorough' ? '1' : '0' },
    // Nothing is timed; this only stops what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    coverage: {
      include: ['src/**/*.ts'],
      // Generated; and what bundlers put in the place of module.ts, which test/packaging runs.
      exclude: [
        'src/bare.ts',
        'src/wasm/bytes.ts',
        'src/wasm/{absent,imported}.ts',
        'src/threads/absent.ts',
        // Threads run it, which are not counted; and what only browsers have.
        'src/threads/worker.ts',
      ],
      reporter: ['text'],
      // (What runs in threads is not seen: it counts as not run.)
      thresholds: { lines: 97, functions: 97, statements: 97, branches: 96 },
    },
  },
}));
