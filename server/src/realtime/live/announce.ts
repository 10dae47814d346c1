import type { DomainEvent, DomainEvents } from '../../domain-events.ts';
import { coalesce } from './coalesce.ts';
import { orgRoom, outsideRoom, topicRoom, type LiveIo } from './sockets.ts';

type Of<T extends DomainEvent['type']> = Extract<DomainEvent, { type: T }>;

/** Boards hear of one run or one series at most ten times a second. */
const every = 100;

/** Tells the people of an organisation, and those who watch a topic, what happens in the projects that they see. */
export function announce(io: LiveIo, events: DomainEvents): { stop(): void } {
  const to = ({ orgId }: { orgId: string }, projectId: string) => io.to(orgRoom(orgId)).except(outsideRoom(projectId));
  const runs = coalesce<Of<'run.changed'>>((event) => to(event, event.run.projectId).emit('run.changed', event.run), {
    recordOf: ({ run }) => run,
    every,
  });
  const series = coalesce<Of<'series.changed'>>(
    (event) => to(event, event.series.projectId).emit('series.changed', event.series),
    {
      recordOf: (event) => event.series,
      every,
    },
  );

  // What these hide and bring back is asked for again at once by whoever hears of it.
  events.after('project.changed', (event) => void to(event, event.project.id).emit('project.changed', event.project));
  events.after('project.deleted', (event) => void to(event, event.id).emit('project.deleted', { id: event.id }));
  events.on('entry.changed', (event) => void to(event, event.entry.projectId).emit('entry.changed', event.entry));
  events.on('entry.deleted', (event) => void to(event, event.projectId).emit('entry.deleted', { id: event.id }));
  events.on('run.changed', runs.push);
  events.on('run.recorded', ({ run, events: recorded }) => {
    const watching = io.to(topicRoom('run', run.id)).except(outsideRoom(run.projectId));
    watching.emit('run.recorded', { runId: run.id, events: recorded });
  });
  events.on('series.changed', series.push);
  events.on('series.grew', ({ seriesId, projectId, points }) => {
    const watching = io.to(topicRoom('series', seriesId)).except(outsideRoom(projectId));
    watching.emit('series.grew', { seriesId, points });
  });
  events.on('alert.changed', (event) => void to(event, event.alert.projectId).emit('alert.changed', event.alert));

  return {
    stop(): void {
      runs.stop();
      series.stop();
    },
  };
}
