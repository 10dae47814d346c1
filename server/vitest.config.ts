import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'server',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/real/**', 'embedded-mongo/**', 'node_modules/**'],
    testTimeout: 20_000,
    hookTimeout: 40_000,
  },
});
