import { expect, test } from 'vitest';
import { ApiError, unreachable } from '#lib/api/problem.ts';
import { anId } from '../../../../test/records.ts';
import { TableFile } from './table-file.svelte.ts';
import type { AskTable } from './table-line.ts';
import { TableStore } from './table-store.ts';
import { answerTable } from './table-talk.ts';

/** A table held here instead of in a worker; reading takes the whole text. */
function held(text: string) {
  const store = new TableStore();
  const bytes = new TextEncoder().encode(text);
  const asked: string[] = [];
  const line = { down: false };
  const ask: AskTable = async (question) => {
    asked.push(question.ask);
    if (line.down) throw new ApiError(unreachable);
    if (question.ask === 'read') store.take(bytes.subarray(question.from, question.to), { last: true });
    return answerTable(store, { ...question, id: 1 });
  };
  return { table: new TableFile({ id: anId(1), version: 1, size: bytes.length }, ask), asked, line };
}

const text = `n\n${Array.from({ length: 1000 }, (_, row) => `${row}\n`).join('')}`;

test('rows in sight are brought in blocks, each once', async () => {
  const { table, asked } = held(text);
  await table.more();
  expect([table.summary?.rows, table.row(300), table.mayReadOn]).toEqual([1000, null, false]);
  table.want({ first: 390, last: 410 });
  table.want({ first: 395, last: 415 });
  await expect.poll(() => [table.row(390), table.row(414)]).toEqual([['390'], ['414']]);
  expect(asked).toEqual(['read', 'rows', 'rows']);
});

test('where the header is another, rows are asked for again', async () => {
  const { table } = held(text);
  await table.more();
  table.want({ first: 0, last: 10 });
  await expect.poll(() => table.row(0)).toEqual(['0']);
  await table.chooseHeader(false);
  table.want({ first: 0, last: 10 });
  await expect.poll(() => table.row(0)).toEqual(['n']);
});

test('what could not be read is told, and trying again reads it', async () => {
  const { table, line } = held(text);
  line.down = true;
  await table.more();
  expect([table.problem, table.summary]).toEqual([unreachable, null]);
  line.down = false;
  await table.more();
  expect([table.problem, table.summary?.rows]).toEqual([null, 1000]);
});
