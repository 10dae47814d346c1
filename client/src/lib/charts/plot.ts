import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { onThemeChange, readPalette, type Palette } from './palette.ts';

/** Where the x axis begins and ends. */
export type Span = { min: number; max: number };

/** What is to be seen: the data, the part of x, and the point that the cursor is held at (null: where the pointer is). */
export type Scene = { data: uPlot.AlignedData; span: Span; held: number | null };

export type Plot = {
  /** Draws with the next frame; what was handed in before that frame is never drawn. */
  show: (scene: Scene) => void;
  destroy: () => void;
};

/**
 * A uPlot that fills its host and follows its size and the theme. `options` are asked for the palette each time something
 * is drawn, so a switch of the theme needs no new chart. x counts in milliseconds where it is a time.
 */
export function mountPlot(
  host: HTMLElement,
  options: (palette: () => Palette) => Omit<uPlot.Options, 'width' | 'height'>,
): Plot {
  let palette = readPalette();
  let frame = 0;
  let pending: Scene | null = null;
  let holding = false;
  const chart = new uPlot({ ...options(() => palette), ...sizeOf(host) }, [[]], host);

  const stopTheme = onThemeChange(() => {
    palette = readPalette();
    chart.redraw(false);
  });
  const resize = new ResizeObserver(() => chart.setSize(sizeOf(host)));
  resize.observe(host);

  function draw(): void {
    frame = 0;
    if (pending === null) return;
    const { data, span, held } = pending;
    pending = null;
    chart.batch(() => {
      chart.setData(data, false);
      chart.setScale('x', span);
    });
    if (held !== null || holding) chart.setCursor(held === null ? nowhere : placeOf(chart, held));
    holding = held !== null;
  }

  return {
    show: (scene) => {
      pending = scene;
      frame ||= requestAnimationFrame(draw);
    },
    destroy: () => {
      cancelAnimationFrame(frame);
      stopTheme();
      resize.disconnect();
      chart.destroy();
    },
  };
}

const nowhere = { left: -10, top: -10 };

function placeOf(chart: uPlot, index: number): { left: number; top: number } {
  const x = chart.data[0][index];
  const y = chart.data[1]?.[index];
  if (x === undefined || x === null) return nowhere;
  return { left: chart.valToPos(x, 'x'), top: typeof y === 'number' ? chart.valToPos(y, 'y') : 0 };
}

/** uPlot cannot draw into nothing: a hidden host counts as one pixel. */
const sizeOf = (host: HTMLElement) => ({
  width: Math.max(1, host.clientWidth),
  height: Math.max(1, host.clientHeight),
});
