import { defineConfig } from 'vitest/config';

const { LOSSMETER_MUTATION_TESTS = '' } = process.env;

export default defineConfig({
  test: {
    include: LOSSMETER_MUTATION_TESTS.split(' ').map((name) => `test/${name}.test.ts`),
    globalSetup: ['test/support/global-setup.ts'],
    // The same samples for all mutants.
    env: { LOSSMETER_SEED: '1' },
    setupFiles: ['test/mutation/setup.ts'],
  },
});
