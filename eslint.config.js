import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

// oxlint lints everything; ESLint only knows what it does not: Svelte templates and reactivity.
export default defineConfig(globalIgnores(['**/build', '**/.svelte-kit']), {
  files: ['client/**/*.svelte', 'client/**/*.svelte.ts'],
  extends: [...svelte.configs.recommended],
  languageOptions: {
    globals: globals.browser,
    parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'] },
  },
  rules: {
    'svelte/no-at-html-tags': 'error',
    'svelte/prefer-svelte-reactivity': 'error',
    'svelte/require-each-key': 'error',
    // There is no base path: Cobench owns its origin. Addresses come from lib/shell/paths.ts.
    'svelte/no-navigation-without-resolve': 'off',
  },
});
