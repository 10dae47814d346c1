import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { RegisterInstrument } from './register.svelte.ts';

test('an instrument needs a name; one that is taken is told in the words of the server', async () => {
  answers({ 'POST /api/v1/instruments': () => refusal('name.taken') });
  const form = new RegisterInstrument();
  expect(form.ready).toBe(false);
  form.draft.name = 'RIE-2';
  expect(form.ready).toBe(true);
  expect(await form.submit()).toBe(null);
  expect([form.sending.message, form.draft.name]).toEqual(['That name is already in use.', 'RIE-2']);
});
