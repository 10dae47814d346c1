/** The index of the point that an address names, which counts from 1 as charts do; null where it names none. */
export function pointNumber(text: string | null): number | null {
  const number = text === null || !/^\d{1,10}$/.test(text) ? 0 : Number(text);
  return number > 0 ? number - 1 : null;
}
