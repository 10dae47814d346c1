import { minimumRole, type Action } from './permissions.ts';

/** What somebody may let a script of theirs do; a key of the organisation sends what tools measure, and nothing else. */
export const tokenScopes = ['read', 'write'] as const;
export const keyScopes = ['runs:ingest', ...tokenScopes] as const;
export type KeyScope = (typeof keyScopes)[number];

/**
 * The actions that a scope covers, of those that the role of its owner allows at that moment. Who administrates does that
 * in person: no scope covers it.
 */
export function actionsOf(scope: KeyScope): Action[] {
  const all = (Object.keys(minimumRole) as Action[]).filter((action) => minimumRole[action] !== 'admin');
  switch (scope) {
    case 'runs:ingest':
      // What tools measure beside their runs goes into charts.
      return ['run.ingest', 'series.record'];
    case 'read':
      return all.filter((action) => action.endsWith('.read'));
    case 'write':
      return all.filter((action) => !action.endsWith('.read'));
    default:
      return scope satisfies never;
  }
}
