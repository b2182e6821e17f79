import { defineConfig } from 'vitest/config';

// Two test files at once, real races among them: whatever a test says of time has to hold on a busy machine.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    globalSetup: 'test/support/set-up.ts',
  },
});
