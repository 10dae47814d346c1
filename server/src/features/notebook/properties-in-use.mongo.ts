import type { PropertiesInUse } from '@cobench/shared/notebook/entry';
import type { EntryField } from '@cobench/shared/notebook/properties';
import { folded, tagKey } from '@cobench/shared/notebook/property-words';
import type { Model } from 'mongoose';
import type { Row } from './entry.mongo.ts';

const most = 100;
/** Spellings that are read before those that mean the same are counted together. */
const spellings = 1000;

/** Which entries. */
type Filter = { orgId: string };
type Count<T> = { _id: T; entries: number; last: EntryField };

/** Counts the tags and fields of the entries that match. */
export async function propertiesInUse(model: Model<Row>, filter: Filter): Promise<PropertiesInUse> {
  const [tags, fields] = await Promise.all([
    model.aggregate<Count<string>>([
      { $match: filter },
      { $unwind: '$tags' },
      { $group: { _id: '$tags', entries: { $sum: 1 } } },
      { $sort: { entries: -1, _id: 1 } },
      { $limit: spellings },
    ]),
    model.aggregate<Count<{ name: string; type: EntryField['type'] }>>([
      { $match: filter },
      { $sort: { updatedAt: 1 } },
      { $unwind: '$fields' },
      {
        $group: {
          _id: { name: '$fields.name', type: '$fields.type' },
          entries: { $sum: 1 },
          last: { $last: '$fields' },
        },
      },
      { $sort: { entries: -1, '_id.name': 1, '_id.type': 1 } },
      { $limit: spellings },
    ]),
  ]);
  return {
    tags: together(tags, (tag) => tagKey(tag)).map(({ _id: tag, entries }) => ({ tag, entries })),
    fields: together(fields, ({ name, type }) => `${type} ${folded(name)}`).map(({ _id, entries, last }) => ({
      ..._id,
      unit: last.type === 'number' ? last.unit : '',
      options: last.type === 'choice' ? last.options : [],
      entries,
    })),
  };
}

/** Adds up what means the same, under its most used spelling. */
function together<T>(counts: readonly Count<T>[], meaning: (what: T) => string): Count<T>[] {
  const sums = new Map<string, Count<T>>();
  for (const count of counts) {
    const key = meaning(count._id);
    const known = sums.get(key);
    sums.set(key, known ? { ...known, entries: known.entries + count.entries } : count);
  }
  return [...sums.values()].toSorted((a, b) => b.entries - a.entries).slice(0, most);
}
