import { historyEndpoints, type DocumentActivity } from '@cobench/shared/history/history';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';
import { exactTime, timeOfDay } from '#lib/ui/format.ts';
import type { DocumentRef } from './document-owner.ts';
import { amountWords } from './version-words.ts';

export type Activity = DocumentActivity & { id: string };

/** Who did what with a document, newest first. */
export const activityList = ({ kind, id }: DocumentRef): PagedList<Activity> =>
  new PagedList(async (cursor) => {
    const page = await call(historyEndpoints[kind].activity, { id, cursor });
    return {
      ...page,
      items: page.items.map((one) => ({ ...one, id: `${one.kind} ${one.seq} ${one.at} ${one.person.id}` })),
    };
  });

/** What somebody did, in a sentence that begins with their name. */
export function activityWords(activity: DocumentActivity): string {
  switch (activity.kind) {
    case 'named':
      return `named a version “${activity.name}”`;
    case 'restored':
      return 'brought an earlier version back';
    case 'imported':
      return `put in ${amountWords(activity)}${titleWords(activity.title)}`;
    case 'typed':
      return `wrote ${amountWords(activity)}${titleWords(activity.title)}`;
    default:
      return activity satisfies never;
  }
}

const titleWords = (title: string | null): string => (title === null ? '' : `, and called it “${title}”`);

/** “Sat, 21 Nov 2026, 10:12:31 CET”, or “… to 10:31”. */
export function activityTime(activity: DocumentActivity): string {
  if (!('since' in activity) || activity.since === activity.at) return exactTime(activity.at);
  return `${exactTime(activity.since)} to ${timeOfDay(activity.at)}`;
}
