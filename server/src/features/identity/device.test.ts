import { expect, test } from 'vitest';
import { deviceOf } from './device.ts';

const chromium = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

test.each([
  ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Chrome on Android', `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${chromium}`],
  ['Microsoft Edge on Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chromium} Edg/140.0`],
  ['', 'curl/8.0'],
  ['', '<script>alert(1)</script>'],
  ['', ''],
  ['', undefined],
])('a browser is called %j', (device, userAgent) => {
  expect(deviceOf(userAgent)).toBe(device);
});

test('what is much longer than a browser is not read to its end', () => {
  expect(deviceOf(`${'('.repeat(100_000)} Firefox/140.0`)).toBe('');
});
