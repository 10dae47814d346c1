import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte({ configFile: false }), svelteTesting()],
  test: {
    name: 'client',
    environment: 'jsdom',
    maxWorkers: '100%',
    testTimeout: 20_000,
    include: ['src/**/*.test.ts'],
    // These packages ship Svelte components, which have to be compiled first.
    server: { deps: { inline: ['@lucide/svelte', 'bits-ui', 'svelte-toolbelt', 'runed'] } },
  },
});
