/** The colour of a person's caret and avatar, #rrggbb: the same everywhere, dark enough for white text on it. */
export function personColour(id: string): string {
  const hue = hash(id) % 360;
  return `#${[0, 8, 4].map((channel) => hex(lightness(hue, channel))).join('')}`;
}

const saturation = 0.65;
const brightness = 0.38;

/** FNV-1a, 32 bits: neighbouring ids get colours that are far apart. */
function hash(id: string): number {
  let value = 0x811c9dc5;
  for (const character of id) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

/** One channel of HSL as CSS Color 4, section 7.1, defines it. */
function lightness(hue: number, channel: number): number {
  const position = (channel + hue / 30) % 12;
  const chroma = saturation * Math.min(brightness, 1 - brightness);
  return brightness - chroma * Math.max(-1, Math.min(position - 3, 9 - position, 1));
}

const hex = (share: number): string =>
  Math.round(share * 255)
    .toString(16)
    .padStart(2, '0');
