import { z } from 'zod';
import type { Role } from '../access/roles.ts';
import { Id } from '../ids.ts';
import type { Entry } from '../notebook/entry.ts';
import type { Project } from '../projects/project.ts';
import type { RunEvent } from '../runs/run-event.ts';
import type { Run } from '../runs/run.ts';
import type { Alert } from '../series/alert.ts';
import type { Series, SeriesPoint } from '../series/series.ts';

/** Where socket.io listens. */
export const livePath = '/live';

/** Everyone signed in hears what concerns their organisation; these topics are watched one by one. */
export const Topic = z.strictObject({ kind: z.enum(['run', 'series']), id: Id });
export type Topic = z.infer<typeof Topic>;

/** `after` is the last sequence number of the run, or the last index of the series, that was seen; -1 for none. */
export const WatchRequest = z.strictObject({ id: Id, after: z.int().min(-1) });
export type WatchRequest = z.infer<typeof WatchRequest>;

/**
 * Answer to `watch`: everything after the number that the client saw last, in order; from before the answer on, what is
 * new arrives live. Numbers have no gaps: the client drops those it has seen, and watches again where one is missing.
 * `reload` instead of the events where there are too many to send: fetch the page again.
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
  /** The role one acts in: when the connection stands, and whenever an administrator or the provider changes it. */
  'session.role': (now: { role: Role }) => void;
  /**
   * One sees other projects than before: `lost` do not exist any more for whoever hears this, with all that is in them, and
   * others may be there now. What was asked before is asked again.
   */
  'session.projects': (now: { lost: string[] }) => void;
  /** The session ended (signed out, revoked, expired): no message will follow. */
  'session.ended': () => void;
};

/** Browser to server. */
export type ClientToServer = {
  'watch.run': (request: WatchRequest, answer: (answer: WatchAnswer<RunEvent>) => void) => void;
  'watch.series': (request: WatchRequest, answer: (answer: WatchAnswer<SeriesPoint>) => void) => void;
  unwatch: (topic: Topic) => void;
};

/** The longest history a `watch` answers with; beyond it the client reloads. */
export const longestCatchUp = 5000;

/** The most topics one connection may watch at a time. */
export const mostWatches = 100;
