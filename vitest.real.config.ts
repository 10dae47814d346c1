import { defineConfig } from 'vitest/config';

/** Real input from the shared folder (COBENCH_SHARED), and parts that need a service: `npm run test:real -- ../shared`. */
export default defineConfig({
  test: {
    name: 'real',
    root: './server',
    include: ['test/real/**/*.test.ts'],
    globalSetup: ['./test/database.setup.ts'],
    // Figures are printed: nothing else should be running.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
  },
});
