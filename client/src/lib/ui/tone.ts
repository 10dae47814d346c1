/** The colours that carry a meaning. Each has a text colour and a soft background in both themes. */
export type Tone = 'blue' | 'green' | 'red' | 'orange' | 'yellow' | 'grey';

/** A badge in each of them. */
export const toneClass: Record<Tone, string> = {
  blue: 'text-blue bg-blue-soft',
  green: 'text-green bg-green-soft',
  red: 'text-red bg-red-soft',
  orange: 'text-orange bg-orange-soft',
  yellow: 'text-yellow bg-yellow-soft',
  grey: 'text-grey bg-grey-soft',
};

/** How the edge and the inside of a badge look beside its colour. */
export const lookClass = {
  filled: 'border-transparent',
  striped: 'border-transparent striped',
  hollow: 'border-dashed border-current bg-transparent',
} as const;
export type Look = keyof typeof lookClass;
