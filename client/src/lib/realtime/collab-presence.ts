import { AwarenessUser } from '@cobench/shared/realtime/collab';

/** Somebody else who has the document open, in one tab or several. */
export type Present = AwarenessUser & {
  /** Whether they have put the cursor somewhere, rather than only looking. */
  editing: boolean;
  /** What of the document they are in, beside its text: `title`, `tags`, the id of a field. */
  places: readonly string[];
};

/** Where a tab says in its awareness state that it is; null for nowhere. */
export const placeField = 'place';

/** The distinct people behind awareness states, by name, without this tab. A state that names nobody is left out. */
export function peopleIn(states: ReadonlyMap<number, Record<string, unknown>>, ownClient: number): Present[] {
  const people = new Map<string, Present>();
  for (const [client, state] of states) {
    const user = AwarenessUser.safeParse(state['user']);
    if (client === ownClient || !user.success) continue;
    const place = state[placeField];
    const places = typeof place === 'string' ? [place] : [];
    const editing = places.length > 0 || (state['cursor'] !== null && state['cursor'] !== undefined);
    const known = people.get(user.data.id);
    people.set(user.data.id, {
      ...user.data,
      editing: editing || (known?.editing ?? false),
      places: [...(known?.places ?? []), ...places],
    });
  }
  return [...people.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

export const samePeople = (a: readonly Present[], b: readonly Present[]): boolean =>
  a.length === b.length &&
  a.every((one, index) => {
    const other = b[index];
    return (
      one.id === other?.id &&
      one.name === other.name &&
      one.color === other.color &&
      one.editing === other.editing &&
      one.places.join() === other.places.join()
    );
  });
