import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'shared', root: './shared', include: ['src/**/*.test.ts'], testTimeout: 20_000 } },
      './server/embedded-mongo/vitest.config.ts',
      './server/vitest.config.ts',
      './client/vitest.config.ts',
      './client/vitest.e2e.config.ts',
    ],
  },
});
