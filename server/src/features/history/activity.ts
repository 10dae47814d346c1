import type { DocumentActivity } from '@cobench/shared/history/history';
import type { PastStint } from './document-history.ts';
import type { People } from './people.ts';
import type { VersionName } from './version-name.repo.ts';

/** What happened to a document, oldest first: who wrote when, and who named or brought back which version. */
export function activityOf(
  stints: readonly PastStint[],
  names: readonly VersionName[],
  people: People,
): DocumentActivity[] {
  const named = names.map(({ seq, at, by, text }): DocumentActivity => ({
    kind: 'named',
    person: people(by),
    at,
    seq,
    name: text,
  }));
  return [...stints.map((stint) => worked(stint, people)), ...named].toSorted((one, other) =>
    one.at < other.at ? -1 : one.at > other.at ? 1 : one.seq - other.seq,
  );
}

function worked(
  { personId, from, to, seq, how, restored, title, added, removed }: PastStint,
  people: People,
): DocumentActivity {
  const happened = { person: people(personId), at: new Date(to).toISOString(), seq };
  if (restored !== null) return { kind: 'restored', ...happened, restored };
  const kind = how === 'imported' ? 'imported' : 'typed';
  return { kind, ...happened, since: new Date(from).toISOString(), title, added, removed };
}
