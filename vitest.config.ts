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
      thresholds: {
        'src/{*,{js,losses,wasm}/**}': {
          lines: 99.8,
          functions: 99,
          statements: 99.5,
          branches: 98.5,
        },
        // What threads run is not seen: it counts as not run.
        'src/threads/**': { lines: 80, functions: 80, statements: 80, branches: 75 },
      },
    },
  },
}));
