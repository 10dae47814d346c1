import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent } from '../../../test/agent.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';

let app: IdentityApp;
beforeAll(async () => {
  app = await startIdentityApp({ signInsPerMinute: 12, passwordLimits: { perAddress: 6, perAccount: 3 } });
});
afterAll(() => app.close());

test('an account takes three wrong guesses, an address six; a right password does not count', async () => {
  const agent = new Agent(app.origin);
  const form = await agent.openSignIn();
  const guess = async (email: string, password = 'guess') => {
    const body = new URLSearchParams({ email, password });
    const { status, headers } = await agent.fetch(form, { method: 'POST', body });
    return [status, Number(headers.get('retry-after')) > 0];
  };
  const wrong = [401, false];
  const later = [429, true];
  expect(await guess('pi@acme.test')).toEqual(wrong);
  expect(await guess('PI@acme.test ')).toEqual(wrong);
  expect(await guess('pi@ACME.test')).toEqual(wrong);
  expect(await guess('pi@acme.test')).toEqual(later);
  expect(await guess('pi@acme.test', 'cobench-demo')).toEqual(later);
  expect(await guess('viewer@acme.test', 'cobench-demo')).toEqual([303, false]);
  expect(await guess('nobody@acme.test')).toEqual(wrong);
  expect(await guess('viewer@acme.test', 'cobench-demo')).toEqual(later);
});

test('the thirteenth sign-in of a minute has to wait, however its address is written', async () => {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 14; attempt++) {
    const headers = { 'x-forwarded-for': `203.0.113.${attempt}` };
    statuses.push((await fetch(`${app.origin}/auth/sign-in`, { headers, redirect: 'manual' })).status);
  }
  expect(statuses.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => 302));
  expect(statuses.slice(11)).toEqual([429, 429, 429]);

  const refused = await fetch(`${app.origin}/auth/sign-in`, { redirect: 'manual' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('refresh')).toBe('0; url=/sign-in?problem=rate-limited');
  for (const spelling of ['/auth/sign-in/', '/AUTH/sign-in', '/auth//sign-in', '/auth/Sign-In', '/auth/sign%2din']) {
    const { status } = await fetch(app.origin + spelling, { redirect: 'manual' });
    expect([404, 429]).toContain(status);
  }
});
