import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Nothing is timed; this only stops what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: '100%',
    coverage: { include: ['src/**/*.ts'], exclude: ['src/wasm/bytes.ts'] },
  },
});
