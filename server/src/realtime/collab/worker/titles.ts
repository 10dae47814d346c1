import { readText } from '@cobench/shared/history/read-tree';
import type { PastStint } from '../../../features/history/index.ts';
import type { Past } from './rebuild.ts';

/** The stints, each with what the document was called after it where it changed that. */
export function stintsWithTitles(past: Past): PastStint[] {
  const { timeline, stintOf, stints } = past;
  const touched = new Map<number, { first: number; last: number }>();
  for (const moment of momentsOf(past)) {
    const stint = stintOf[moment] ?? 0;
    touched.set(stint, { last: moment, first: touched.get(stint)?.first ?? moment });
  }
  const titleAt = (moment: number): string => readText(past.title, { timeline, moment });
  return stints.map((stint, index) => {
    const range = touched.get(index);
    if (!range) return stint;
    const title = titleAt(range.last);
    return titleAt(range.first - 1) === title ? stint : { ...stint, title };
  });
}

/** The moments that changed the title, by rising number. */
function momentsOf({ timeline, title }: Past): number[] {
  const moments = new Set<number>();
  for (let item = title._start; item; item = item.right) {
    const { client, clock } = item.id;
    for (let offset = 0; offset < item.length; offset++) {
      moments.add(timeline.madeAt(client, clock + offset));
      moments.add(timeline.deletedAt(client, clock + offset));
    }
  }
  moments.delete(-1);
  return [...moments].toSorted((one, other) => one - other);
}
