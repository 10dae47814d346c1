import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'e2e',
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['./e2e/setup.ts'],
    // Real browsers and a real server share two cores: one journey at a time.
    fileParallelism: false,
    // What is waited for comes soon; on a busy machine, later than the second that is the default.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 180_000,
    hookTimeout: 90_000,
  },
});
