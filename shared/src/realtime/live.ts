import type { Entry } from '../notebook/entry.ts';
import type { Project } from '../projects/project.ts';
import type { RunEvent } from '../runs/run-event.ts';
import type { Run } from '../runs/run.ts';
import type { Alert } from '../series/alert.ts';
import type { Series, SeriesPoint } from '../series/series.ts';

/** Where socket.io listens. */
export const livePath = '/live';

/** Everyone signed in hears what concerns their organisation; these topics are watched one by one. */
export type Topic = { kind: 'run'; id: string } | { kind: 'series'; id: string };

/**
 * Answer to `watch`: everything after the number that the client saw last, in order. From then on each event arrives
 * once, live. `reload` instead of the events where there are too many to send: fetch the page again.
 */
export type WatchAnswer<T> = { ok: true; missed: T[] } | { ok: true; reload: true } | { ok: false };

/** Server to browser: facts that happened, in the past tense. */
export type ServerToClient = {
  'project.changed': (project: Project) => void;
  'project.deleted': (project: { id: string }) => void;
  'entry.changed': (entry: Entry) => void;
  'entry.deleted': (entry: { id: string }) => void;
  'run.changed': (run: Run) => void;
  'run.recorded': (batch: { runId: string; events: RunEvent[] }) => void;
  'series.changed': (series: Series) => void;
  'series.grew': (growth: { seriesId: string; points: SeriesPoint[] }) => void;
  'alert.changed': (alert: Alert) => void;
  /** The session ended (signed out, revoked, expired): no message will follow. */
  'session.ended': () => void;
};

/** Browser to server. `after` is the last sequence number (run) or index (series) seen; -1 or 0 for none. */
export type ClientToServer = {
  'watch.run': (request: { id: string; after: number }, answer: (answer: WatchAnswer<RunEvent>) => void) => void;
  'watch.series': (request: { id: string; after: number }, answer: (answer: WatchAnswer<SeriesPoint>) => void) => void;
  unwatch: (topic: Topic) => void;
};

/** The longest history a `watch` answers with; beyond it the client reloads. */
export const longestCatchUp = 5000;
