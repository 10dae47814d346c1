import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'server',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/real/**', 'embedded-mongo/**', 'node_modules/**'],
    globalSetup: ['./test/database.setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 40_000,
  },
});
