import type { Page } from '@cobench/shared/page';
import type { QueryFilter, Model } from 'mongoose';
import { z } from 'zod';
import { invalidField } from '../fault.ts';

const Cursor = z.tuple([z.union([z.string(), z.number()]), z.string()]);

type PageRequest = { limit: number; cursor?: string | undefined };
type Order<R> = { by: keyof R & string; descending?: true };

/**
 * One page of a list by keyset: stable while records come and go, as fast on the last page as on the first. Records
 * are ordered by one string, number or date field and their id.
 * @throws Fault `input.invalid` where the cursor is not one of ours.
 */
export async function findPage<R extends { _id: string }>(
  model: Model<R>,
  filter: QueryFilter<R>,
  order: Order<R>,
  { limit, cursor }: PageRequest,
): Promise<Page<R>> {
  const direction = order.descending ? -1 : 1;
  const after =
    cursor === undefined ? {} : past(order, decode(cursor), model.schema.path(order.by)?.instance === 'Date');
  const rows = await model
    .find({ $and: [filter, after], ...('orgId' in filter && { orgId: filter.orgId }) } as QueryFilter<R>)
    .sort({ [order.by]: direction, _id: direction })
    .limit(limit + 1)
    .lean<R[]>();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > limit ? encode(last[order.by], last._id) : null };
}

function past<R>(order: Order<R>, [value, id]: z.infer<typeof Cursor>, date: boolean): object {
  const beyond = order.descending ? '$lt' : '$gt';
  const at = date ? new Date(value) : value;
  // The first condition follows from the second, and lets an index begin where the page before ended.
  return {
    [order.by]: { [`${beyond}e`]: at },
    $or: [{ [order.by]: { [beyond]: at } }, { [order.by]: at, _id: { [beyond]: id } }],
  };
}

const encode = (value: unknown, id: string): string =>
  Buffer.from(JSON.stringify([value instanceof Date ? value.getTime() : value, id])).toString('base64url');

function decode(cursor: string): z.infer<typeof Cursor> {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (error) {
    throw Object.assign(invalidField('cursor', 'This cursor did not come from a previous page.'), { cause: error });
  }
}

/** A case-insensitive "contains" for search boxes; what was typed is taken literally. */
export const containing = (typed: string): { $regex: string; $options: 'i' } => ({
  $regex: typed.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  $options: 'i',
});
