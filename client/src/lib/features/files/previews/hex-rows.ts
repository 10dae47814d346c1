/** How many bytes stand in a row. */
export const bytesInRow = 16;

/** A row of bytes as programs show it: where it begins, the bytes, and the letters that they are. */
export function hexRow(bytes: Uint8Array, row: number): { at: string; hex: string; letters: string } {
  const from = row * bytesInRow;
  const part = [...bytes.subarray(from, from + bytesInRow)];
  return {
    at: from.toString(16).padStart(8, '0'),
    hex: part
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ')
      .padEnd(bytesInRow * 3 - 1),
    letters: part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join(''),
  };
}
