import type { Span } from './plot.ts';

/**
 * What part of x is shown. Following, the newest points are always in view: all of them, or a window of the newest.
 * Once somebody zooms or pans the view stands still until they follow again.
 */
export class Zoom {
  #chosen = $state.raw<Span | null>(null);
  readonly following = $derived.by(() => this.#chosen === null);

  /** Shows exactly this part; what is no real part is ignored. */
  choose(span: Span): void {
    if (span.max > span.min) this.#chosen = span;
  }

  follow(): void {
    this.#chosen = null;
  }

  /** The part to draw of points that reach from `full.min` to `full.max`; `window` limits what is followed. */
  span(full: Span, window: number = Infinity): Span {
    if (this.#chosen !== null) return this.#chosen;
    const min = Math.max(full.min, full.max - window);
    // A single point gets some room around it.
    return min < full.max ? { min, max: full.max } : { min: full.max - 1, max: full.max + 1 };
  }

  /** Zooms around a place: a factor under 1 shows less, above 1 more; never more than everything. */
  scale(full: Span, { around, factor }: { around: number; factor: number }, window?: number): void {
    const { min, max } = this.span(full, window);
    const next = { min: around - (around - min) * factor, max: around + (max - around) * factor };
    if (next.min <= full.min && next.max >= full.max) this.follow();
    else this.choose({ min: Math.max(full.min, next.min), max: Math.min(full.max, next.max) });
  }

  /** Moves what is shown by so much, as far as there is something. */
  pan(full: Span, by: number, window?: number): void {
    const { min, max } = this.span(full, window);
    const least = Math.min(full.min, min);
    const most = Math.max(full.max, max);
    const moved = Math.max(least - min, Math.min(most - max, by));
    if (moved !== 0) this.choose({ min: min + moved, max: max + moved });
  }

  /** Brings a place into view: one step beyond an edge the view follows, from further away the place gets centred. */
  reveal(full: Span, place: number, window?: number): void {
    const { min, max } = this.span(full, window);
    const outside = place < min ? place - min : place > max ? place - max : 0;
    if (outside === 0) return;
    const width = max - min;
    const start = Math.abs(outside) < width / 10 ? min + outside : place - width / 2;
    const kept = Math.max(full.min, Math.min(full.max - width, start));
    this.choose({ min: kept, max: kept + width });
  }
}
