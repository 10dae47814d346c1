import type { DomainEvent, DomainEvents } from '../../domain-events.ts';
import { coalesce } from './coalesce.ts';
import { orgRoom, topicRoom, type LiveIo } from './sockets.ts';

type Of<T extends DomainEvent['type']> = Extract<DomainEvent, { type: T }>;

/** Boards hear of one run or one series at most ten times a second. */
const every = 100;

/** Tells the people of an organisation, and those who watch a topic, what happens. */
export function announce(io: LiveIo, events: DomainEvents): { stop(): void } {
  const to = ({ orgId }: { orgId: string }) => io.to(orgRoom(orgId));
  const runs = coalesce<Of<'run.changed'>>((event) => to(event).emit('run.changed', event.run), {
    recordOf: ({ run }) => run,
    every,
  });
  const series = coalesce<Of<'series.changed'>>((event) => to(event).emit('series.changed', event.series), {
    recordOf: (event) => event.series,
    every,
  });

  // What these hide and bring back is asked for again at once by whoever hears of it.
  events.after('project.changed', (event) => void to(event).emit('project.changed', event.project));
  events.after('project.deleted', (event) => void to(event).emit('project.deleted', { id: event.id }));
  events.on('entry.changed', (event) => void to(event).emit('entry.changed', event.entry));
  events.on('entry.deleted', (event) => void to(event).emit('entry.deleted', { id: event.id }));
  events.on('run.changed', runs.push);
  events.on('run.recorded', ({ run, events: recorded }) => {
    io.to(topicRoom('run', run.id)).emit('run.recorded', { runId: run.id, events: recorded });
  });
  events.on('series.changed', series.push);
  events.on('series.grew', ({ seriesId, points }) => {
    io.to(topicRoom('series', seriesId)).emit('series.grew', { seriesId, points });
  });
  events.on('alert.changed', (event) => void to(event).emit('alert.changed', event.alert));

  return {
    stop(): void {
      runs.stop();
      series.stop();
    },
  };
}
