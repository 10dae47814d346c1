import { expect, test } from 'vitest';
import { answers, refusal, type Sent } from '../../../test/answers.ts';
import { MySecondFactors } from './my-second-factors.svelte.ts';

const none = { authenticatorSince: null, passkeys: [], recoveryCodesLeft: 0, isRequired: false, passkeysWork: true };
const offered = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Cobench:Noor' };

/** A server that wants to be sure who it is, until it was shown the password. */
function unsure() {
  let sure = false;
  answers({
    'GET /api/v1/me/second-factors': none,
    'POST /api/v1/me/authenticator/secret': () => (sure ? offered : refusal('confirmation.required')),
    'POST /api/v1/me/confirm': ({ body }: Sent) => {
      sure = (body as { password: string }).password === 'right';
      return sure ? {} : refusal('input.invalid');
    },
  });
  return new MySecondFactors();
}

test('who is asked to confirm that it is they does so, and what they wanted goes on by itself', async () => {
  const factors = unsure();
  const wanted = factors.newAuthenticator();
  await expect.poll(() => factors.confirming).toBe(true);
  await factors.confirm({ password: 'wrong' });
  expect([factors.confirming, factors.confirmation.problem?.type]).toEqual([true, 'input.invalid']);
  await factors.confirm({ password: 'right' });
  expect(await wanted).toEqual(offered);
  expect([factors.confirming, factors.sending.problem]).toEqual([false, null]);
});

test('who does not want to confirm has changed nothing, and may try again', async () => {
  const factors = unsure();
  const wanted = factors.newAuthenticator();
  await expect.poll(() => factors.confirming).toBe(true);
  factors.answer(false);
  expect([await wanted, factors.sending.busy, factors.sending.problem]).toEqual([null, false, null]);
  const again = factors.newAuthenticator();
  await expect.poll(() => factors.confirming).toBe(true);
  await factors.confirm({ password: 'right' });
  expect(await again).toEqual(offered);
});

test('a browser without a passkey is a problem that is said, no accident', async () => {
  answers({
    'POST /api/v1/me/passkeys/options': { challenge: 'eA', rp: {}, user: { id: 'eA' }, pubKeyCredParams: [] },
  });
  const factors = new MySecondFactors();
  expect(await factors.addPasskey('Laptop')).toBeNull();
  expect(factors.sending.whole).toBe('The browser showed no passkey. Try again.');
});
