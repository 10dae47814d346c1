import type { Palette } from './palette.ts';

/** The colours on paper, whatever the theme: those of the light one in app.css. */
export const paperPalette: Palette = {
  ink: '#16191d',
  muted: '#545d67',
  line: '#e1e5e9',
  'line-strong': '#868f99',
  surface: '#ffffff',
  'accent-ink': '#4a40c0',
  'accent-soft': '#ecebfb',
  blue: '#0a5bb8',
  red: '#b42318',
  orange: '#994308',
  yellow: '#755200',
  'green-soft': '#dff4e6',
  'yellow-soft': '#faf1c5',
  'orange-soft': '#fdecda',
};
