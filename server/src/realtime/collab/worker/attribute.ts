import { readBody } from '@cobench/shared/history/read-body';
import { jsonOf, readMap, readText } from '@cobench/shared/history/read-tree';
import { parseProperties } from '@cobench/shared/notebook/read-properties';
import type { PastState, PastStint } from '../../../features/history/index.ts';
import type { Past } from './rebuild.ts';

/** The state after a record, with who wrote what. */
export function attribute(past: Past, seq: number): PastState {
  const authors: PastStint[] = [];
  const places = new Map<number, number>();
  const author = (moment: number): number => {
    const stint = past.stintOf[moment] ?? 0;
    const known = places.get(stint);
    if (known !== undefined) return known;
    const found = past.stints[stint];
    if (!found) throw new Error(`Moment ${moment} belongs to nobody.`);
    const place = authors.push(found) - 1;
    places.set(stint, place);
    return place;
  };
  const { timeline } = past;
  const reading = { timeline, moment: past.momentAfter(seq) };
  const document = readBody(past.body, { ...reading, author });
  const { properties } = parseProperties({
    title: readText(past.title, reading),
    tags: jsonOf(readMap(past.tags, reading)),
    fields: jsonOf(readMap(past.fields, reading)),
  });
  return { at: past.recordAt(seq)?.at ?? null, document, authors, properties };
}
