import type { Geometry } from './geometry.ts';

export type GestureTarget = {
  geometry: () => Geometry;
  /** Whether the wheel zooms; otherwise the page scrolls, unless Ctrl is held. */
  wheelZooms: () => boolean;
  /** Called once a frame with what happened in it. */
  onpan: (by: number) => void;
  onscale: (zoom: { around: number; factor: number }) => void;
  /** The place on the horizontal axis under the pointer; null when it left. */
  onhover: (at: number | null) => void;
  onclick: (at: number) => void;
  onreset: () => void;
};

/** Pixels that a pointer may move in a click. */
const still = 4;

/** Drag moves, wheel and two fingers zoom, a click chooses. Returns its clean-up. */
export function gestures(node: HTMLElement, target: GestureTarget): () => void {
  const listening = new AbortController();
  let fingers: { id: number; x: number; y: number }[] = [];
  let moved = 0;
  let [panned, scaled, around] = [0, 1, 0];
  let frame = 0;

  const xOf = ({ clientX }: { clientX: number }) => clientX - node.getBoundingClientRect().left;
  const schedule = () => (frame ||= requestAnimationFrame(apply));

  function apply(): void {
    frame = 0;
    const geometry = target.geometry();
    const by = geometry.atX(0) - geometry.atX(panned);
    const zoom = { around: geometry.atX(around), factor: scaled };
    const [move, scale] = [panned !== 0, scaled !== 1];
    [panned, scaled] = [0, 1];
    if (move) target.onpan(by);
    if (scale) target.onscale(zoom);
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (fingers.length === 0) moved = 0;
    fingers = [...fingers, { id: event.pointerId, x: event.clientX, y: event.clientY }].slice(-2);
    node.setPointerCapture(event.pointerId);
  }

  function move(event: PointerEvent): void {
    const finger = fingers.find(({ id }) => id === event.pointerId);
    if (!finger) {
      if (event.pointerType === 'mouse') target.onhover(target.geometry().atX(xOf(event)));
      return;
    }
    const other = fingers.find(({ id }) => id !== event.pointerId);
    const by = event.clientX - finger.x;
    moved += Math.abs(by) + Math.abs(event.clientY - finger.y);
    if (other) {
      const before = Math.max(10, Math.abs(finger.x - other.x));
      const after = Math.max(10, Math.abs(event.clientX - other.x));
      around = (event.clientX + other.x) / 2 - node.getBoundingClientRect().left;
      scaled *= before / after;
      panned += by / 2;
    } else if (moved > still) panned += by;
    [finger.x, finger.y] = [event.clientX, event.clientY];
    if (moved > still) {
      target.onhover(null);
      schedule();
    }
  }

  function up(event: PointerEvent): void {
    const clicked = fingers.length === 1 && fingers[0]?.id === event.pointerId && moved <= still;
    fingers = fingers.filter(({ id }) => id !== event.pointerId);
    if (clicked && event.type === 'pointerup') target.onclick(target.geometry().atX(xOf(event)));
  }

  function wheel(event: WheelEvent): void {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!sideways && !event.ctrlKey && !event.metaKey && !target.wheelZooms()) return;
    event.preventDefault();
    if (sideways) panned -= event.deltaX;
    else {
      around = xOf(event);
      // A notch of a wheel counts 100; a pinch on a touch pad comes in small steps with Ctrl.
      scaled *= Math.exp(Math.max(-100, Math.min(100, event.deltaY)) * (event.ctrlKey ? 0.01 : 0.0025));
    }
    schedule();
  }

  const { signal } = listening;
  node.addEventListener('pointerdown', down, { signal });
  node.addEventListener('pointermove', move, { signal });
  node.addEventListener('pointerup', up, { signal });
  node.addEventListener('pointercancel', up, { signal });
  node.addEventListener('pointerleave', () => target.onhover(null), { signal });
  node.addEventListener('dblclick', () => target.onreset(), { signal });
  node.addEventListener('wheel', wheel, { signal, passive: false });
  return () => {
    listening.abort();
    cancelAnimationFrame(frame);
  };
}
