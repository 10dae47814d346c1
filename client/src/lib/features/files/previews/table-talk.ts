import type { Problem } from '@cobench/shared/errors';
import type { TablePoints, TableStore, TableSummary } from './table-store.ts';

/** What the page asks the worker that holds a table. */
export type TableQuestion = { id: number } & (
  | { ask: 'read'; address: string; from: number; to: number; size: number }
  | { ask: 'header'; header: boolean }
  | { ask: 'rows'; first: number; last: number }
  | { ask: 'points'; x: number | null; ys: number[] }
);
export type TableAnswer = { id: number } & (
  | { ask: 'summary'; summary: TableSummary }
  | { ask: 'rows'; rows: string[][] }
  | { ask: 'points'; points: TablePoints }
  | { ask: 'refused'; problem: Problem }
);

/** What a table that has taken in what there was to read answers. */
export function answerTable(store: TableStore, question: TableQuestion): TableAnswer {
  const { id } = question;
  switch (question.ask) {
    case 'header':
      store.chooseHeader(question.header);
      return { id, ask: 'summary', summary: store.summary() };
    case 'read':
      return { id, ask: 'summary', summary: store.summary() };
    case 'rows':
      return { id, ask: 'rows', rows: store.rows(question) };
    case 'points':
      return { id, ask: 'points', points: store.points(question) };
    default:
      return question satisfies never;
  }
}
