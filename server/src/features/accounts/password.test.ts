import { expect, test } from 'vitest';
import { hashPassword, isPassword } from './password.ts';

test('a password has its hash and no other has it, each hash with a salt of its own', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse battery'), hashPassword('correct horse battery')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
  expect(await isPassword('correct horse battery', one)).toBe(true);
  expect(await isPassword('correct horse battery', two)).toBe(true);
  expect(await isPassword('correct horse batterx', one)).toBe(false);
  expect(await isPassword('', one)).toBe(false);
});

test('a hash made elsewhere, with other costs, is understood', async () => {
  // echo -n "password" | argon2 somesaltsomesalt -id -m 12 -t 3 -p 1 -l 32 -e
  const hash = await import('node:crypto').then(({ argon2Sync }) =>
    argon2Sync('argon2id', {
      message: 'password',
      nonce: Buffer.from('somesaltsomesalt'),
      memory: 4096,
      passes: 3,
      parallelism: 1,
      tagLength: 32,
    }),
  );
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  const phc = `$argon2id$v=19$m=4096,t=3,p=1$${text(Buffer.from('somesaltsomesalt'))}$${text(hash)}`;
  expect(await isPassword('password', phc)).toBe(true);
  expect(await isPassword('Password', phc)).toBe(false);
});

test('without an account no password is right, and the answer takes as much work', async () => {
  const hash = await hashPassword('correct horse battery');
  const time = async (of: string | null) => {
    const begun = performance.now();
    expect(await isPassword('anything at all', of)).toBe(false);
    return performance.now() - begun;
  };
  const best = { known: Infinity, unknown: Infinity };
  for (let i = 0; i < 5; i++) {
    best.known = Math.min(best.known, await time(hash));
    best.unknown = Math.min(best.unknown, await time(null));
  }
  // Whoever is not asked for the work answers some hundred times as fast.
  expect(best.unknown / best.known).toBeGreaterThan(0.3);
});

test.each(['', 'x', '$2b$10$abcdefghijklmnopqrstuv', '$argon2id$v=19$m=1,t=1,p=1$x$y'])(
  'a damaged hash "%s" lets nobody in',
  async (hash) => {
    await expect(isPassword('x', hash)).rejects.toThrow('damaged');
  },
);
