import { flushSync } from 'svelte';
import type { XUnit } from './axes.ts';
import { placeOf, type ControlPoint } from './control-point.ts';
import { placesOf, reachOf } from './control-scene.ts';
import { noteDrawTime } from './draw-time.ts';
import { nearest, placesWithin } from './geometry.ts';
import type { Span } from './plot.ts';
import { Zoom } from './zoom.svelte.ts';

type Given = {
  /** Oldest first, without gaps between their numbers. */
  points: readonly ControlPoint[];
  x: XUnit;
  /** How many of the newest are shown while one follows; null for all. */
  newest: number | null;
  /** Somebody has come to the oldest point that is here. */
  onoldest?: (() => void) | undefined;
};

/** What one looks at in a control chart and its pair: the part of x, the point that is pointed at and the one that is held. */
export class ControlView {
  readonly zoom = new Zoom();
  /** The number of the point under the pointer. */
  hovered = $state<number | null>(null);
  /** The number of the point that a click or the keyboard holds: it stays while others arrive. */
  held = $state<number | null>(null);
  readonly #given: () => Given;
  readonly #points = $derived.by(() => this.#given().points);
  readonly #x = $derived.by(() => this.#given().x);
  readonly xs = $derived.by(() => placesOf(this.#points, this.#x));
  readonly full = $derived.by(() => reachOf(this.xs, this.#x));
  readonly window = $derived.by(() => this.#windowOf(this.#given().newest));
  readonly span = $derived.by(() => this.zoom.span(this.full, this.window));
  readonly visible = $derived.by(() => placesWithin(this.xs, this.span));
  /** The place of the point that is held, or else pointed at. */
  readonly active = $derived.by(() => placeOf(this.#points, this.held) ?? placeOf(this.#points, this.hovered));

  constructor(given: () => Given) {
    this.#given = given;
  }

  /** The pointer is at this place of the horizontal axis; null: it left. */
  point(at: number | null): void {
    this.hovered = at === null ? null : this.#nearest(at);
  }

  /** Holds the point nearest to a place, or lets go of it where it is held already. Returns its number. */
  hold(at: number): number | null {
    const index = this.#nearest(at);
    this.held = index === this.held ? null : index;
    return this.held;
  }

  /** Brings a point into view and holds it. */
  show(index: number): void {
    const place = placeOf(this.#points, index);
    if (place === null) return;
    this.held = index;
    this.zoom.reveal(this.full, this.xs[place] ?? 0, this.window);
  }

  /** Shows about so many points around one, which is held. */
  showAround(index: number, count: number): void {
    const place = placeOf(this.#points, index);
    if (place === null) return;
    const last = this.xs.length - 1;
    const first = Math.max(0, Math.min(place - Math.floor(count / 2), last - count));
    const [from, to] = [this.xs[first] ?? 0, this.xs[Math.min(last, first + count)] ?? 1];
    const margin = (to - from) * 0.01;
    this.held = index;
    this.zoom.choose({ min: from - margin, max: to + margin });
  }

  pan(by: number): void {
    this.zoom.pan(this.full, by, this.window);
    this.#lookedAround();
  }

  scale(by: { around: number; factor: number }): void {
    const closest = (2 * (this.full.max - this.full.min)) / Math.max(2, this.xs.length);
    if (by.factor < 1 && (this.span.max - this.span.min) * by.factor < closest) return;
    this.zoom.scale(this.full, by, this.window);
    this.#lookedAround();
  }

  choose(span: Span): void {
    this.zoom.choose(span);
    this.#lookedAround();
  }

  /** Shows everything, or the newest, again. */
  follow(): void {
    this.zoom.follow();
  }

  /** Makes a change of the view and what it draws within this frame, and notes how long that took. */
  frame(change: () => void): void {
    const start = performance.now();
    change();
    flushSync();
    noteDrawTime('spc:pan-frame', start);
  }

  /** What a key does; false where it means nothing here. */
  key({ key, shiftKey }: { key: string; shiftKey: boolean }): boolean {
    const width = this.span.max - this.span.min;
    const from = this.active ?? this.#points.length - 1;
    if (shiftKey && key === 'ArrowLeft') this.pan(-width / 4);
    else if (shiftKey && key === 'ArrowRight') this.pan(width / 4);
    else if (key === '+' || key === '=') this.#scaleAround(from, 0.5);
    else if (key === '-') this.#scaleAround(from, 2);
    else if (key === '0') this.follow();
    else if (key === 'Escape') this.held = null;
    else return this.#move(key, from);
    return true;
  }

  #move(key: string, from: number): boolean {
    const to = this.#destination(key, from);
    if (to === undefined) return false;
    const point = to === null ? undefined : this.#points[Math.max(0, Math.min(this.#points.length - 1, to))];
    if (point) this.show(point.index);
    this.#lookedAround();
    return true;
  }

  /** A place to go to; null where there is none, nothing for a key that leads nowhere. */
  #destination(key: string, from: number): number | null | undefined {
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        return this.held === null ? from : from - 1;
      case 'ArrowRight':
      case 'ArrowUp':
        return this.held === null ? from : from + 1;
      case 'Home':
        return 0;
      case 'End':
        return this.#points.length - 1;
      case 'PageUp':
        return this.#signalFrom(this.held === null ? this.visible.last + 1 : from, -1);
      case 'PageDown':
        return this.#signalFrom(this.held === null ? this.visible.first - 1 : from, 1);
      default:
        return undefined;
    }
  }

  /** The next or previous point that breaks a rule. */
  #signalFrom(from: number, direction: 1 | -1): number | null {
    for (let i = from + direction; i >= 0 && i < this.#points.length; i += direction) {
      if (this.#points[i]?.signals.length) return i;
    }
    return null;
  }

  #scaleAround(place: number, factor: number): void {
    const at = this.xs[place] ?? this.span.max;
    const around = at < this.span.min || at > this.span.max ? (this.span.min + this.span.max) / 2 : at;
    this.scale({ around, factor });
  }

  #lookedAround(): void {
    if (this.visible.first === 0 && !this.zoom.following) this.#given().onoldest?.();
  }

  #nearest(at: number): number | null {
    const place = nearest(this.xs, at);
    return place === null ? null : (this.#points[place]?.index ?? null);
  }

  #windowOf(newest: number | null): number {
    const { xs, full } = this;
    if (newest === null || xs.length <= newest) return Infinity;
    return full.max - (xs[xs.length - newest] ?? full.min) + (full.max - (xs.at(-1) ?? full.max));
  }
}
