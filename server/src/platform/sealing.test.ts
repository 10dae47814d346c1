import { expect, test } from 'vitest';
import { KeyMissing, keyRing } from './keys/key-ring.ts';
import { sealing } from './sealing.ts';

const [older, newer] = ['0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)];
const { seal, open, sealBytes, openBytes } = sealing(keyRing([older]));
const mine = { purpose: 'authenticator', about: 'noor' } as const;

test('what was sealed opens again, and looks different each time', () => {
  const [one, another] = [seal('JBSWY3DP', mine), seal('JBSWY3DP', mine)];
  expect(one).not.toBe(another);
  expect([open(one, mine), open(another, mine)]).toEqual(['JBSWY3DP', 'JBSWY3DP']);
});

test.each([
  ['for another record', { purpose: 'authenticator', about: 'ravi' }],
  ['for another purpose', { purpose: 'signing-key', about: 'noor' }],
] as const)('it does not open %s', (_how, label) => {
  expect(() => open(seal('JBSWY3DP', mine), label)).toThrow('authenticate');
});

test('it does not open where a bit of it changed', () => {
  const [name, body = ''] = seal('JBSWY3DP', mine).split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = Number(changed[at]) ^ 1;
    expect(() => open(`${name}.${changed.toString('base64url')}`, mine), `byte ${at}`).toThrow('authenticate');
  }
});

test('another master key says that it cannot open it', () => {
  expect(sealing(keyRing([newer])).open(seal('JBSWY3DP', mine), mine)).toBeNull();
});

test('bytes are sealed likewise, whole: they open for their record, and not where a bit of them changed', () => {
  const bytes = Buffer.from([0, 255, 128, 10]);
  const file = { purpose: 'certificate', about: 'one' } as const;
  const sealed = sealBytes(bytes, file);
  expect(openBytes(sealed, file)).toEqual(bytes);
  expect(openBytes(sealBytes(Buffer.alloc(0), file), file)).toEqual(Buffer.alloc(0));
  expect(() => openBytes(sealed, { ...file, about: 'another' })).toThrow('authenticate');
  expect(() => openBytes(sealed, { ...file, purpose: 'authenticator' })).toThrow('authenticate');
  const other = sealing(keyRing([newer]));
  expect(other.openBytes(sealed, file)).toBeNull();
  for (let at = 6; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at] = Number(changed[at]) ^ 1;
    expect(() => openBytes(changed, file), `byte ${at}`).toThrow('authenticate');
  }
});

test('a ring opens what an older master key sealed, and seals it anew under the current one, once', () => {
  const rotated = sealing(keyRing([newer, older]));
  const text = seal('JBSWY3DP', mine);
  expect(rotated.open(text, mine)).toBe('JBSWY3DP');
  const again = rotated.reseal(text, mine);
  expect(sealing(keyRing([newer])).open(String(again), mine)).toBe('JBSWY3DP');
  expect(rotated.reseal(String(again), mine)).toBeNull();

  const file = { purpose: 'certificate', about: 'one' } as const;
  const bytes = sealBytes(Buffer.from('PDF'), file);
  expect(rotated.openBytes(bytes, file)).toEqual(Buffer.from('PDF'));
  const bytesAgain = rotated.resealBytes(bytes, file) ?? Buffer.alloc(0);
  expect(sealing(keyRing([newer])).openBytes(bytesAgain, file)).toEqual(Buffer.from('PDF'));
  expect(rotated.resealBytes(bytesAgain, file)).toBeNull();

  const without = sealing(keyRing([newer]));
  expect(() => without.reseal(text, mine)).toThrow(KeyMissing);
  expect(() => without.resealBytes(bytes, file)).toThrow(KeyMissing);
});
