import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { CalibrationReminder } from '@cobench/shared/calibrations/reminder';
import type { DataFile } from '@cobench/shared/files/file';
import type { Entry } from '@cobench/shared/notebook/entry';
import type { Project } from '@cobench/shared/projects/project';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Alert } from '@cobench/shared/alerts/alert';
import type { SeriesPoint } from '@cobench/shared/series/point';
import type { Series } from '@cobench/shared/series/series';
import type { EventBus } from './platform/event-bus.ts';

type OfOrganisation = { orgId: string };

/** What happened, in the past tense. Features publish; other features, rooms and sockets listen. */
export type DomainEvent =
  | ({ type: 'project.changed'; project: Project } & OfOrganisation)
  | ({ type: 'project.deleted'; id: string } & OfOrganisation)
  | ({ type: 'entry.changed'; entry: Entry } & OfOrganisation)
  | ({ type: 'entry.deleted'; id: string; projectId: string } & OfOrganisation)
  | ({ type: 'instrument.changed'; instrument: Instrument } & OfOrganisation)
  /** The calendar of an instrument is another one in this range (server time, ISO 8601). */
  | ({ type: 'booking.changed'; instrumentId: string; from: string; to: string } & OfOrganisation)
  | ({ type: 'run.changed'; run: Run } & OfOrganisation)
  /** Published again when a batch is retried: listeners must take the same events twice without doubling anything. */
  | ({ type: 'run.recorded'; run: Run; events: RunEvent[] } & OfOrganisation)
  | ({ type: 'series.changed'; series: Series } & OfOrganisation)
  | ({ type: 'series.grew'; seriesId: string; projectId: string; points: SeriesPoint[] } & OfOrganisation)
  | ({ type: 'alert.changed'; alert: Alert } & OfOrganisation)
  /** It is new, has another version, or other words about it; or went to the trash or came back. */
  | ({ type: 'file.changed'; file: DataFile } & OfOrganisation)
  | ({ type: 'file.purged'; id: string; projectId: string } & OfOrganisation)
  /** Certificates of the instrument, or time alone, made it stand otherwise with its calibration. */
  | ({ type: 'calibration.changed'; instrumentId: string } & OfOrganisation)
  /** Somebody is to be reminded of a calibration; told once for each threshold. */
  | ({ type: 'calibration.due'; reminder: CalibrationReminder } & OfOrganisation)
  /** Sign-out, revocation or expiry: sockets of these sessions close. */
  | { type: 'sessions.ended'; sessionIds: string[] }
  /** A kiosk link was taken back: its screens close. */
  | ({ type: 'kiosk.ended'; kioskId: string } & OfOrganisation)
  /** A person's role in an organisation changed or was lost: open sockets are judged again. */
  | ({ type: 'membership.changed'; personId: string } & OfOrganisation)
  /** Other people see a project than before; null: everybody. Who is told of it is judged again before anything else is told. */
  | ({ type: 'access.changed'; projectId: string; people: readonly string[] | null } & OfOrganisation);

export type DomainEvents = EventBus<DomainEvent>;
