import { z } from 'zod';
import type { Role } from '../access/roles.ts';
import type { CalibrationReminder } from '../calibrations/reminder.ts';
import { Id } from '../ids.ts';
import type { DataFile } from '../files/file.ts';
import type { Instrument } from '../instruments/instrument.ts';
import type { Entry } from '../notebook/entry.ts';
import type { Project } from '../projects/project.ts';
import type { RunEvent } from '../runs/run-event.ts';
import type { Run } from '../runs/run.ts';
import type { Alert } from '../alerts/alert.ts';
import type { SeriesPoint } from '../series/point.ts';
import type { Series } from '../series/series.ts';

/** Where socket.io listens. */
export const livePath = '/live';

/** Everyone signed in hears what concerns their organisation; these topics are watched one by one. */
export const Topic = z.strictObject({ kind: z.enum(['run', 'series']), id: Id });
export type Topic = z.infer<typeof Topic>;

/**
 * Where one looks at lists: a project, or a tool. Who names some hears of runs, series and entries there, of what they watch,
 * and of no others; of projects and alerts everybody hears.
 */
export const Place = z.strictObject({ kind: z.enum(['project', 'instrument']), id: Id });
export type Place = z.infer<typeof Place>;

/** The most places one connection may name at a time. */
export const mostPlaces = 20;

/** Null: the whole organisation, as when the connection stands. */
export const HearRequest = z.strictObject({ places: z.array(Place).max(mostPlaces).nullable() });
export type HearRequest = z.infer<typeof HearRequest>;

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
  'instrument.changed': (instrument: Instrument) => void;
  /** The calendar of an instrument is another one than before in this range: whoever shows it asks for what they may see. */
  'booking.changed': (range: { instrumentId: string; from: string; to: string }) => void;
  'run.changed': (run: Run) => void;
  'run.recorded': (batch: { runId: string; events: RunEvent[] }) => void;
  'series.changed': (series: Series) => void;
  'series.grew': (growth: { seriesId: string; points: SeriesPoint[] }) => void;
  'alert.changed': (alert: Alert) => void;
  /** It came, got a version, was looked at by a scanner, was changed, attached, or went to the trash and back. */
  'file.changed': (file: DataFile) => void;
  /** It is gone for good. */
  'file.purged': (file: { id: string }) => void;
  /** Certificates of an instrument, or time alone, made it stand otherwise: whoever shows it asks again. */
  'calibration.changed': (of: { instrumentId: string }) => void;
  /** A calibration is due soon, or is over; told once for each threshold. */
  'calibration.due': (reminder: CalibrationReminder) => void;
  /** The role one acts in: when the connection stands, and whenever an administrator or the provider changes it. */
  'session.role': (now: { role: Role }) => void;
  /**
   * One sees other projects than before: `lost` do not exist any more for whoever hears this, with all that is in them, and
   * others may be there now. What was asked before is asked again.
   */
  'session.projects': (now: { lost: string[] }) => void;
  /**
   * Not all was told, for this connection did not take it as fast as it came. Everything is told again from now on: watch
   * again what is watched, and ask for lists again.
   */
  'live.behind': () => void;
  /** The session ended (signed out, revoked, expired): no message will follow. */
  'session.ended': () => void;
};

/** Browser to server. */
export type ClientToServer = {
  'watch.run': (request: WatchRequest, answer: (answer: WatchAnswer<RunEvent>) => void) => void;
  'watch.series': (request: WatchRequest, answer: (answer: WatchAnswer<SeriesPoint>) => void) => void;
  unwatch: (topic: Topic) => void;
  /** Names the places of which one hears; one that is not to be seen changes nothing (`ok: false`). */
  hear: (request: HearRequest, answer: (answer: { ok: boolean }) => void) => void;
};

/** The longest history a `watch` answers with; beyond it the client reloads. */
export const longestCatchUp = 5000;

/** The most topics one connection may watch at a time. */
export const mostWatches = 100;
