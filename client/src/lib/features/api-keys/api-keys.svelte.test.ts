import { expect, test } from 'vitest';
import { answers, pageOf } from '../../../test/answers.ts';
import { anApiKey } from '../../../test/records.ts';
import { ApiKeys, apiKeyState } from './api-keys.svelte.ts';
import { ingestExample } from './ingest-example.ts';
import { NewApiKey } from './new-api-key.svelte.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

test.each([
  ['active', {}],
  ['expired', { expiresAt: '2026-11-21T11:00:00.000Z' }],
  ['revoked', { revokedAt: '2026-11-21T11:00:00.000Z', expiresAt: '2026-11-21T11:00:00.000Z' }],
] as const)('a key is %s', (state, over) => {
  expect(apiKeyState(anApiKey(over), now)).toBe(state);
});

test('a revoked key stays in the list as revoked', async () => {
  const key = anApiKey();
  const revokedAt = '2026-11-21T12:00:00.000Z';
  answers({
    'GET /api/v1/api-keys': pageOf([key]),
    [`POST /api/v1/api-keys/${key.id}/revoke`]: { ...key, revokedAt },
  });
  const keys = new ApiKeys();
  await keys.list.load();
  await keys.revoke(key);
  expect(keys.list.items.map((item) => item.revokedAt)).toEqual([revokedAt]);
});

test('a new key shows its secret once, to whoever made it', async () => {
  const sent = answers({ 'POST /api/v1/api-keys': { ...anApiKey(), secret: 'cbk_abc_secret' } });
  const form = new NewApiKey();
  form.name = 'RIE-2 controller';
  form.days = '30';
  await form.submit();
  expect([form.made?.secret, sent[0]?.body]).toEqual([
    'cbk_abc_secret',
    { name: 'RIE-2 controller', expiresInDays: 30 },
  ]);
});

test('the example is a command that only lacks the run', () => {
  const command = ingestExample('https://lab.test', 'cbk_abc_secret');
  expect(command).toContain('https://lab.test/api/v1/runs/RUN_ID/events');
  expect(command).toContain("'Authorization: Bearer cbk_abc_secret'");
  expect(JSON.parse(command.split("-d '")[1]!.slice(0, -1))).toHaveProperty('events');
});
