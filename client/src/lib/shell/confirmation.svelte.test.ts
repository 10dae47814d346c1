import { identityEndpoints } from '@cobench/shared/identity/identity';
import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { expect, test } from 'vitest';
import { call } from '#lib/api/call.ts';
import { answers, refusal, type Sent } from '../../test/answers.ts';
import { Confirmation } from './confirmation.svelte.ts';

const { newAuthenticator, confirm } = secondFactorEndpoints;
const offered = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: 'otpauth://totp/Cobench:Noor' };

/** A server that wants to be sure who it is, until it was shown the password. */
function unsure(): Confirmation {
  let sure = false;
  answers({
    'POST /api/v1/me/authenticator/secret': () => (sure ? offered : refusal('confirmation.required')),
    'POST /api/v1/me/confirm': ({ body }: Sent) => {
      sure = (body as { password: string }).password === 'right';
      return sure ? {} : refusal('input.invalid');
    },
    'GET /api/v1/me': () => refusal('access.denied'),
  });
  return new Confirmation();
}
const wanted = () => call(newAuthenticator, {});
const showing = (password: string) => () => call(confirm, { password });

test('who is asked to confirm that it is they does so, and what they wanted goes on by itself', async () => {
  const confirmation = unsure();
  const result = confirmation.whenSure(wanted);
  await expect.poll(() => confirmation.asking).toBe(true);
  await confirmation.show(showing('wrong'));
  expect([confirmation.asking, confirmation.sending.problem?.type]).toEqual([true, 'input.invalid']);
  await confirmation.show(showing('right'));
  expect(await result).toEqual(offered);
  expect([confirmation.asking, confirmation.sending.problem]).toEqual([false, null]);
});

test('who does not want to confirm has changed nothing, and may try again', async () => {
  const confirmation = unsure();
  const result = confirmation.whenSure(wanted);
  await expect.poll(() => confirmation.asking).toBe(true);
  confirmation.answer(false);
  await expect(result).rejects.toThrow('Confirm that it is you');
  const again = confirmation.whenSure(wanted);
  await expect.poll(() => confirmation.asking).toBe(true);
  await confirmation.show(showing('right'));
  expect(await again).toEqual(offered);
});

test('of two questions at once the first is given up: there is one dialog', async () => {
  const confirmation = unsure();
  const first = confirmation.whenSure(wanted);
  await expect.poll(() => confirmation.asking).toBe(true);
  const second = confirmation.whenSure(wanted);
  await expect(first).rejects.toThrow('Confirm that it is you');
  await confirmation.show(showing('right'));
  expect(await second).toEqual(offered);
});

test('every other refusal is told as it is, and nobody is asked', async () => {
  const confirmation = unsure();
  await expect(confirmation.whenSure(() => call(identityEndpoints.me, {}))).rejects.toThrow('Your role');
  expect(confirmation.asking).toBe(false);
});
