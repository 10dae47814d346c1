const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** “14:03:12”. */
export const logTime = (at: string): string => time.format(Date.parse(at));

/** A text in pieces: what is looked for stands alone in each second one. */
export function piecesOf(text: string, wanted: string): string[] {
  if (wanted === '') return [text];
  const pattern = new RegExp(`(${wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})`, 'gi');
  return text.split(pattern);
}
