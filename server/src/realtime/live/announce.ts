import type { DomainEvent, DomainEvents } from '../../domain-events.ts';
import { coalesce } from './coalesce.ts';
import { behindRoom } from './outlet.ts';
import { boardsRoom, orgRoom, outsideRoom, placeRoom, topicRoom, type LiveIo } from './sockets.ts';

type Of<T extends DomainEvent['type']> = Extract<DomainEvent, { type: T }>;

/** Boards hear of one run at most ten times a second, and of one series, of which there are many more, twice. */
const everyRun = 100;
const everySeries = 500;

/**
 * Tells the people of an organisation, and those who watch a topic, what happens in the projects that they see.
 * @param mayHear - Whether there may be anybody in one of these rooms, here or at another server.
 */
export function announce(
  io: LiveIo,
  events: DomainEvents,
  mayHear: (rooms: readonly string[]) => boolean,
): { stop(): void } {
  /** Those of them who are not behind; null where there is nobody, so that nothing is put into words for nobody. */
  const toThoseIn = (rooms: string[], projectId: string) =>
    mayHear(rooms) ? io.to(rooms).except([outsideRoom(projectId), behindRoom]) : null;
  /** Everybody there who sees the project. */
  const to = ({ orgId }: { orgId: string }, projectId: string) => io.to(orgRoom(orgId)).except(outsideRoom(projectId));
  /** Those of them who show lists of all, or of one of these; who is behind asks again later. */
  const toBoards = ({ orgId }: { orgId: string }, projectId: string, rooms: string[] = []) =>
    toThoseIn([boardsRoom(orgId), placeRoom({ kind: 'project', id: projectId }), ...rooms], projectId);
  const toWatching = (kind: 'run' | 'series', id: string, projectId: string) =>
    toThoseIn([topicRoom(kind, id)], projectId);

  const runs = coalesce<Of<'run.changed'>>(
    (event) => {
      const { id, projectId, instrumentId } = event.run;
      const tool = instrumentId === null ? [] : [placeRoom({ kind: 'instrument', id: instrumentId })];
      toBoards(event, projectId, [topicRoom('run', id), ...tool])?.emit('run.changed', event.run);
    },
    { recordOf: ({ run }) => run, every: everyRun },
  );
  const series = coalesce<Of<'series.changed'>>(
    (event) => {
      const { id, projectId } = event.series;
      toBoards(event, projectId, [topicRoom('series', id)])?.emit('series.changed', event.series);
    },
    { recordOf: (event) => event.series, every: everySeries },
  );

  // What these hide and bring back is asked for again at once by whoever hears of it.
  events.after('project.changed', (event) => void to(event, event.project.id).emit('project.changed', event.project));
  events.after('project.deleted', (event) => void to(event, event.id).emit('project.deleted', { id: event.id }));
  events.on(
    'entry.changed',
    (event) => void toBoards(event, event.entry.projectId)?.emit('entry.changed', event.entry),
  );
  events.on('entry.deleted', (event) => void to(event, event.projectId).emit('entry.deleted', { id: event.id }));
  const toAll = ({ orgId }: { orgId: string }) => io.to(orgRoom(orgId));
  events.on('instrument.changed', (event) => void toAll(event).emit('instrument.changed', event.instrument));
  events.on('booking.changed', (event) => {
    const { instrumentId, from, to } = event;
    toAll(event).emit('booking.changed', { instrumentId, from, to });
  });
  events.on('run.changed', runs.push);
  events.on('run.recorded', ({ run, events: recorded }) => {
    toWatching('run', run.id, run.projectId)?.emit('run.recorded', { runId: run.id, events: recorded });
  });
  events.on('series.changed', series.push);
  events.on('series.grew', ({ seriesId, projectId, points }) => {
    toWatching('series', seriesId, projectId)?.emit('series.grew', { seriesId, points });
  });
  // Instruments belong to no project: everybody of the organisation hears of their calibrations.
  events.after('calibration.changed', ({ orgId, instrumentId }) => {
    io.to(orgRoom(orgId)).emit('calibration.changed', { instrumentId });
  });
  events.on('calibration.due', ({ orgId, reminder }) => void io.to(orgRoom(orgId)).emit('calibration.due', reminder));
  events.on('alert.changed', (event) => void to(event, event.alert.projectId).emit('alert.changed', event.alert));

  events.on('file.changed', (event) => void toBoards(event, event.file.projectId)?.emit('file.changed', event.file));
  events.on('file.purged', (event) => void to(event, event.projectId).emit('file.purged', { id: event.id }));

  return {
    stop(): void {
      runs.stop();
      series.stop();
    },
  };
}
