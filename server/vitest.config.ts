import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'server',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/real/**', 'embedded-mongo/**', 'node_modules/**'],
    maxWorkers: '100%',
    globalSetup: ['./test/database.setup.ts'],
    // What is waited for comes soon; on a busy machine, later than the second that is the default.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 20_000,
    hookTimeout: 40_000,
  },
});
