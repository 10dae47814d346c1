type Place = { x: number; y: number };
type Moves = {
  onmove: (by: Place) => void;
  /** Around a place, counted from the middle of the element. */
  onscale: (by: number, at: Place) => void;
};

/**
 * Tells of a drag, of two fingers that part, and of the wheel with Ctrl (which is what a touchpad sends for two fingers);
 * the wheel alone scrolls the page. Returns its clean-up.
 */
export const pointerMoves =
  ({ onmove, onscale }: Moves) =>
  (element: HTMLElement): (() => void) => {
    const down = new Map<number, Place>();
    const end = new AbortController();
    const { signal } = end;

    function fromMiddle({ x, y }: Place): Place {
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: x - left - width / 2, y: y - top - height / 2 };
    }
    function moved({ pointerId, clientX, clientY }: PointerEvent): void {
      const was = down.get(pointerId);
      if (!was) return;
      const is = { x: clientX, y: clientY };
      down.set(pointerId, is);
      const other = [...down].find(([id]) => id !== pointerId)?.[1];
      if (!other) return onmove({ x: is.x - was.x, y: is.y - was.y });
      const middle = fromMiddle({ x: (is.x + other.x) / 2, y: (is.y + other.y) / 2 });
      onscale(distance(is, other) / Math.max(1, distance(was, other)), middle);
    }
    const lifted = ({ pointerId }: PointerEvent) => void down.delete(pointerId);

    element.addEventListener(
      'pointerdown',
      ({ pointerId, clientX, clientY, button }) => {
        if (button !== 0) return;
        down.set(pointerId, { x: clientX, y: clientY });
        element.setPointerCapture(pointerId);
      },
      { signal },
    );
    element.addEventListener('pointermove', moved, { signal });
    element.addEventListener('pointerup', lifted, { signal });
    element.addEventListener('pointercancel', lifted, { signal });
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onscale(Math.exp(-event.deltaY / 300), fromMiddle({ x: event.clientX, y: event.clientY }));
    };
    element.addEventListener('wheel', wheel, { signal, passive: false });
    return () => end.abort();
  };

const distance = (a: Place, b: Place): number => Math.hypot(a.x - b.x, a.y - b.y);
