import { expect, test } from 'vitest';
import { qrPath } from './qr.ts';

test('a QR code is a square of modules with its three finders inside a quiet zone', () => {
  const { path, size } = qrPath('otpauth://totp/Cobench:Noor?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Cobench');
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x},${y}`));
  const row = (y: number, from: number) =>
    Array.from({ length: 7 }, (_, at) => (dark.has(`${from + at},${y}`) ? '#' : '.')).join('');
  const finder = ['#######', '#.....#', '#.###.#', '#.###.#', '#.###.#', '#.....#', '#######'];
  for (const [x, y] of [
    [4, 4],
    [size - 11, 4],
    [4, size - 11],
  ] as const) {
    expect(finder.map((_, at) => row(y + at, x))).toEqual(finder);
  }
  expect([...dark].some((module) => module.split(',').some((at) => Number(at) < 4 || Number(at) >= size - 4))).toBe(
    false,
  );
});
