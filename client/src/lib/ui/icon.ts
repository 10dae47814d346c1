import type { LucideProps } from '@lucide/svelte';
import type { Component } from 'svelte';

/** A Lucide icon; import them one by one from `@lucide/svelte/icons/<name>`. */
export type Icon = Component<LucideProps>;
