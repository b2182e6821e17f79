import { defineConfig } from 'vitest/config';

// Two cores: real races in parallel would disturb each other, so test files run one after another
// within the `race` project and side by side elsewhere.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
