import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Projects that share `maxWorkers` share the machine: two files at a time on two cores, where the default would be one.
    projects: [
      {
        test: {
          name: 'shared',
          root: './shared',
          include: ['src/**/*.test.ts'],
          maxWorkers: '100%',
          testTimeout: 20_000,
        },
      },
      './server/embedded-mongo/vitest.config.ts',
      './server/vitest.config.ts',
      './client/vitest.config.ts',
      './client/vitest.e2e.config.ts',
    ],
  },
});
