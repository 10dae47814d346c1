import type { Entry } from '@cobench/shared/notebook/entry';
import type { Project } from '@cobench/shared/projects/project';
import type { RunEvent } from '@cobench/shared/runs/run-event';
import type { Run } from '@cobench/shared/runs/run';
import type { Alert } from '@cobench/shared/series/alert';
import type { Series, SeriesPoint } from '@cobench/shared/series/series';
import type { EventBus } from './platform/event-bus.ts';

type OfOrganisation = { orgId: string };

/** What happened, in the past tense. Features publish; other features, rooms and sockets listen. */
export type DomainEvent =
  | ({ type: 'project.changed'; project: Project } & OfOrganisation)
  | ({ type: 'project.deleted'; id: string } & OfOrganisation)
  | ({ type: 'entry.changed'; entry: Entry } & OfOrganisation)
  | ({ type: 'entry.deleted'; id: string; projectId: string } & OfOrganisation)
  | ({ type: 'run.changed'; run: Run } & OfOrganisation)
  /** Published again when a batch is retried: listeners must take the same events twice without doubling anything. */
  | ({ type: 'run.recorded'; run: Run; events: RunEvent[] } & OfOrganisation)
  | ({ type: 'series.changed'; series: Series } & OfOrganisation)
  | ({ type: 'series.grew'; seriesId: string; projectId: string; points: SeriesPoint[] } & OfOrganisation)
  | ({ type: 'alert.changed'; alert: Alert } & OfOrganisation)
  /** Sign-out, revocation or expiry: sockets of these sessions close. */
  | { type: 'sessions.ended'; sessionIds: string[] }
  /** A person's role in an organisation changed or was lost: open sockets are judged again. */
  | ({ type: 'membership.changed'; personId: string } & OfOrganisation)
  /** Other people see a project than before; null: everybody. Who is told of it is judged again before anything else is told. */
  | ({ type: 'access.changed'; projectId: string; people: readonly string[] | null } & OfOrganisation);

export type DomainEvents = EventBus<DomainEvent>;
