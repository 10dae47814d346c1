import { render } from '@testing-library/svelte';
import type { Component } from 'svelte';
import WithTooltips from './WithTooltips.svelte';

/** Renders a component as on a page: its buttons may have tooltips, and it may ask how large it is (0 × 0 in tests). */
export function renderOnPage<Props extends Record<string, unknown>>(component: Component<Props>, props: Props) {
  globalThis.ResizeObserver ??= NeverResized;
  return render(WithTooltips, { props: { of: component, having: props } });
}

class NeverResized implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
