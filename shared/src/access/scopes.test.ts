import { expect, test } from 'vitest';
import { minimumRole, type Action } from './permissions.ts';
import { actionsOf, keyScopes } from './scopes.ts';

test('reading changes nothing, writing does not read, and no scope administrates', () => {
  const [read, write] = [actionsOf('read'), actionsOf('write')];
  expect(read).toContain('entry.read');
  expect(write).toContain('entry.edit');
  expect(read.filter((action) => write.includes(action))).toEqual([]);
  expect(actionsOf('runs:ingest')).toEqual(['run.ingest', 'series.record']);
  const covered = new Set(keyScopes.flatMap(actionsOf));
  const administrating = (Object.keys(minimumRole) as Action[]).filter((action) => minimumRole[action] === 'admin');
  expect(administrating.filter((action) => covered.has(action))).toEqual([]);
});
