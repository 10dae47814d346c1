import { readBody } from '@cobench/shared/history/read-body';
import { readMap, readText } from '@cobench/shared/history/read-tree';
import type { Past } from './rebuild.ts';
import type { Target } from './restore.ts';

/** The whole document after a record, as it can be brought back: also what this version cannot show. */
export function targetAt(past: Past, seq: number): Target {
  const reading = { timeline: past.timeline, moment: past.momentAfter(seq) };
  return {
    body: readBody(past.body, { ...reading, author: () => 0 }),
    title: readText(past.title, reading),
    tags: readMap(past.tags, reading),
    fields: readMap(past.fields, reading),
  };
}
