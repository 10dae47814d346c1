import type { SealedLink } from '@cobench/shared/files/endpoints';
import { afterEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../../test/answers.ts';
import { anId } from '../../../../test/records.ts';
import { goodFor, openingCommands, quoted, SealedCopy } from './sealed-link.svelte.ts';

afterEach(() => vi.unstubAllGlobals());

const link: SealedLink = {
  url: 'https://lab.test/api/v1/sealed-files/abc?x=1&y=2',
  expiresAt: '2026-11-21T10:05:00.000Z',
  key: '-Abc_123',
  organisationId: anId(50),
  fileId: anId(1),
  version: 3,
  size: 1234,
  sha256: 'ab'.repeat(32),
};

test('a name is one word to a shell, whatever is in it', () => {
  expect([quoted('./etch.csv'), quoted("./it's $(rm -rf) etch.csv")]).toEqual([
    './etch.csv',
    String.raw`'./it'\''s $(rm -rf) etch.csv'`,
  ]);
});

test('the commands fetch and open exactly this version', () => {
  expect(openingCommands(link, 'etch 1.csv')).toEqual({
    fetch: `curl --fail --output './etch 1.csv.enc' 'https://lab.test/api/v1/sealed-files/abc?x=1&y=2'`,
    open: `cobench file decrypt './etch 1.csv.enc' './etch 1.csv' --key=-Abc_123 --organisation ${anId(50)} --file ${anId(1)} --version 3 --sha256 ${'ab'.repeat(32)}`,
  });
});

test('it is told for how long the address is good', () => {
  const at = Date.parse('2026-11-21T10:00:00.500Z');
  expect([goodFor(link, at), goodFor(link, at + 600_000)]).toEqual([300, 0]);
});

test('the key is asked for only when somebody wants it, and a refusal is told', async () => {
  const ways: Record<string, unknown> = {
    [`POST /api/v1/files/${anId(1)}/sealed-link`]: () => refusal('access.denied'),
  };
  const sent = answers(ways);
  const copy = new SealedCopy({ id: anId(1), version: 3 });
  expect(sent).toEqual([]);
  await copy.ask();
  expect([copy.link, copy.sending.problem?.type]).toEqual([null, 'access.denied']);
  ways[`POST /api/v1/files/${anId(1)}/sealed-link`] = link;
  await copy.ask();
  expect([copy.link, sent.at(-1)?.body]).toEqual([link, { version: 3 }]);
});
