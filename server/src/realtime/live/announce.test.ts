import { expect, test } from 'vitest';
import { aProjectOf, openDoor } from '../../../test/live-door.ts';

test('[LV6] that a project went or came back is told when its runs and entries are hidden or there again', async () => {
  const { events, enter } = await openDoor();
  const ann = await enter('a');
  await ann.until('session.role', (told) => told.length > 0);
  ann.told.length = 0;
  const heardBefore: unknown[] = [];
  const hide = async () => {
    // Another event goes all the way to her meanwhile; what was told before it would have arrived before it.
    await events.publish({ type: 'entry.deleted', orgId: 'org-1', projectId: 'p', id: `mark ${heardBefore.length}` });
    await ann.until('entry.deleted', (told) => told.length > heardBefore.length);
    heardBefore.push(ann.told.map(({ event }) => event));
  };
  events.on('project.deleted', hide);
  events.on('project.changed', hide);
  await events.publish({ type: 'project.deleted', orgId: 'org-1', id: 'project-1' });
  await ann.until('project.deleted', (told) => told.length > 0);
  await events.publish({ type: 'project.changed', orgId: 'org-1', project: aProjectOf('project-1') });
  await ann.until('project.changed', (told) => told.length > 0);
  expect(heardBefore).toEqual([['entry.deleted'], ['entry.deleted', 'project.deleted', 'entry.deleted']]);
});
