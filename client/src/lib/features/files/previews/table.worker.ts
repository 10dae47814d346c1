import { fetchPart } from './file-bytes.ts';
import { ApiError } from '#lib/api/problem.ts';
import { answerTable, type TableAnswer, type TableQuestion } from './table-talk.ts';
import { TableStore } from './table-store.ts';

const store = new TableStore();

/** One question after the other: cells are taken in the order of the file. */
let last = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<TableQuestion>) => {
  last = last.then(() => answer(data));
});

async function answer(question: TableQuestion): Promise<void> {
  let found: TableAnswer;
  try {
    if (question.ask === 'read') {
      const bytes = await fetchPart(question.address, question);
      store.take(bytes, { last: question.to >= question.size });
    }
    found = answerTable(store, question);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    found = { id: question.id, ask: 'refused', problem: error.problem };
  }
  (self as unknown as Worker).postMessage(found, []);
}
