import { expect, test } from 'vitest';
import { httpTransport } from './http-transport.ts';

const to = { url: 'https://lab.test/', key: 'cb_1', runId: 'r/1' };
const reply = (status: number, text: string, retryAfter: string | null = null) => ({
  status,
  headers: { get: (name: string) => (name === 'retry-after' ? retryAfter : null) },
  text: async () => text,
});

test('a batch is one request with the key, and its answer is the receipt', async () => {
  const asked: unknown[] = [];
  const transport = httpTransport(to, async (...request) => {
    asked.push(request);
    return reply(200, '{"lastSeq":4}');
  });
  const answer = await transport.send({ batch: 'a', events: [] });
  expect(answer).toEqual({ status: 200, retryAfterSeconds: null, body: { lastSeq: 4 } });
  expect(asked).toEqual([
    [
      'https://lab.test/api/v1/runs/r%2F1/events',
      {
        method: 'POST',
        headers: { authorization: 'Bearer cb_1', 'content-type': 'application/json' },
        body: '{"batch":"a","events":[]}',
      },
    ],
  ]);
});

test.each([
  ['7', 7],
  ['Fri, 31 Dec 1999 23:59:59 GMT', null],
  ['-1', null],
])('Retry-After %s is %s seconds; what a proxy says is no JSON and does not matter', async (header, seconds) => {
  const transport = httpTransport(to, async () => reply(503, '<html>', header));
  const answer = await transport.send({ batch: 'a', events: [] });
  expect(answer).toEqual({ status: 503, retryAfterSeconds: seconds, body: null });
});
