import type { Connection } from 'mongoose';
import type { DomainEvents } from './domain-events.ts';
import type { Trail } from './features/audit/index.ts';
import { bookingService, calendarLinkService, mongoBookings, mongoCalendarLinks } from './features/bookings/index.ts';
import {
  calibrationService,
  certificateObjects,
  mongoCalibrations,
  mongoCertificateFiles,
  mongoDues,
  movingCertificates,
} from './features/calibrations/index.ts';
import {
  instrumentService,
  maintenanceService,
  mongoInstruments,
  mongoMaintenance,
} from './features/instruments/index.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { SendMail } from './platform/mail.ts';
import type { KeyRing } from './platform/keys/key-ring.ts';
import { fileKeys } from './platform/keys/file-keys.ts';
import { sealing } from './platform/sealing.ts';
import type { ObjectStore } from './platform/storage/object-store.ts';

type Deps = {
  connection: Connection;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
  log: Log;
  /** Null where no mail can be sent. */
  mail: SendMail | null;
  publicUrl: string;
  masterKeys: KeyRing;
  /** Where the files of certificates lie. */
  objects: ObjectStore;
  members: Needs<typeof instrumentService>['members'];
  projects: Needs<typeof bookingService>['projects'];
  /** The runs that a certificate puts in doubt. */
  startedOn: Needs<typeof calibrationService>['startedOn'];
  /** Alerts that keep runs from starting. */
  heldBy: Needs<typeof calibrationService>['heldBy'];
  /** Who is told of what is due, and whose calendar program asks. */
  people: Needs<typeof calibrationService>['people'] & Pick<Needs<typeof calendarLinkService>, 'seatOf'>;
};
type Needs<T extends (needs: never) => unknown> = Parameters<T>[0];
export type InstrumentServices = ReturnType<typeof createInstrumentServices>;

/** Wires what knows instruments: the registry, their calibrations, and who has booked them. */
export function createInstrumentServices({
  connection,
  masterKeys,
  objects,
  members,
  projects,
  people,
  startedOn,
  heldBy,
  ...shared
}: Deps) {
  const rows = mongoInstruments(connection);
  const instruments = instrumentService({ repo: rows, members, ...shared });
  const keys = { keys: fileKeys(masterKeys), sealing: sealing(masterKeys) };
  const certificates = certificateObjects({ store: objects, ...keys });
  const files = mongoCertificateFiles(connection);
  const calibrationRows = mongoCalibrations(connection);
  const calibrations = calibrationService({
    repo: calibrationRows,
    dues: mongoDues(connection),
    files,
    certificates,
    instruments: rows,
    people,
    startedOn,
    heldBy,
    ...shared,
  });
  const { lockOutOf } = calibrations;
  const bookings = mongoBookings(connection);
  return {
    instruments,
    maintenance: maintenanceService({ repo: rows, records: mongoMaintenance(connection), ...shared }),
    calibrations,
    moveCertificates: movingCertificates({ repo: calibrationRows, files, certificates, ...shared }),
    bookings: bookingService({ repo: bookings, lockOutOf, projects, instruments, ...shared }),
    calendarLinks: calendarLinkService({
      repo: mongoCalendarLinks(connection),
      bookings,
      instruments,
      seatOf: people.seatOf,
      ...shared,
    }),
  };
}
