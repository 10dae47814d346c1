/** The colours that carry a meaning. Each has a text colour and a soft background in both themes. */
export type Tone = 'blue' | 'green' | 'red' | 'orange' | 'yellow' | 'grey';
