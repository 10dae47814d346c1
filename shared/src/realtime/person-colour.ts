/** The colour of a person's caret and avatar, #rrggbb: the same everywhere, and white text on it can be read. */
export function personColour(id: string): string {
  const hue = hash(id) % 360;
  let lightness = 0.45;
  // Yellows look brighter than blues of the same lightness.
  while (luminance(channels(hue, lightness)) > darkEnough) lightness -= 0.01;
  return `#${channels(hue, lightness).map(hex).join('')}`;
}

const saturation = 0.65;
/** Relative luminance on which white has a contrast of 4.5 (WCAG 2.2, 1.4.3). */
const darkEnough = 1.05 / 4.5 - 0.05;

/** FNV-1a, 32 bits: neighbouring ids get colours that are far apart. */
function hash(id: string): number {
  let value = 0x811c9dc5;
  for (const character of id) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

type Channels = [red: number, green: number, blue: number];

/** HSL to sRGB as in CSS Color 4, section 7.1; shares from 0 to 1. */
function channels(hue: number, lightness: number): Channels {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const position = (offset + hue / 30) % 12;
    return lightness - chroma * Math.max(-1, Math.min(position - 3, 9 - position, 1));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Relative luminance of sRGB as WCAG 2.2 defines it. */
function luminance(colour: Channels): number {
  const [red, green, blue] = colour.map((share) =>
    share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

const hex = (share: number): string =>
  Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');
