import { wallAlertOf, wallRunOf } from '@cobench/shared/kiosks/wall';
import type { DomainEvent, DomainEvents } from '../../domain-events.ts';
import { coalesce } from './coalesce.ts';
import { behindRoom } from './outlet.ts';
import { outsideRoom } from './sockets.ts';
import { allWallsRoom, wallRoom, type WallDoor } from './wall-sockets.ts';

type RunChanged = Extract<DomainEvent, { type: 'run.changed' }>;

/** Nobody reads a wall more often than twice a second. */
const every = 500;

/** Tells the screens on walls what happens in the projects that they show, and no more of it than they show. */
export function announceToWalls(door: WallDoor, events: DomainEvents): { stop(): void } {
  const to = ({ orgId }: { orgId: string }, projectId: string) =>
    door.to([wallRoom(orgId), wallRoom(projectId)]).except([outsideRoom(projectId), behindRoom]);
  const tellRun = (event: RunChanged) => to(event, event.run.projectId).emit('wall.run', wallRunOf(event.run));
  const runs = coalesce<RunChanged>(tellRun, { recordOf: ({ run }) => run, every });

  events.on('run.changed', runs.push);
  events.on('alert.changed', (event) => {
    to(event, event.alert.projectId).emit('wall.alert', wallAlertOf(event.alert));
  });
  // A project has another name, or its runs went or came back with it.
  events.after('project.changed', (event) => void to(event, event.project.id).emit('wall.changed'));
  events.after('project.deleted', (event) => void to(event, event.id).emit('wall.changed'));
  // A tool can be used again, or cannot any more.
  const tools = ({ orgId }: { orgId: string }) => void door.to(allWallsRoom(orgId)).emit('wall.changed');
  events.after('instrument.changed', tools);
  events.after('calibration.changed', tools);
  return { stop: () => runs.stop() };
}
