import type { PersonRef } from '@cobench/shared/identity/person-ref';

export type NamesOf = (personIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
export type People = (personId: string) => PersonRef;

/** Looks up what people are called now. Whom nobody knows any more is still one person. */
export async function peopleNamed(personIds: Iterable<string>, namesOf: NamesOf): Promise<People> {
  const names = await namesOf([...new Set(personIds)]);
  return (id) => ({ id, name: names.get(id) ?? 'Somebody who left' });
}
