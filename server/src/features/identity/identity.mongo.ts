import type { Connection } from 'mongoose';
import { mongoApiKeys } from './api-key.mongo.ts';
import { mongoMemberships } from './membership.mongo.ts';
import { mongoOrganisations } from './organisation.mongo.ts';
import { mongoPeople } from './person.mongo.ts';
import { sessionStore } from './session-store.mongo.ts';
import { mongoSessions } from './session.mongo.ts';

/** Everything this feature keeps. */
export const mongoIdentity = (connection: Connection) => ({
  organisations: mongoOrganisations(connection),
  people: mongoPeople(connection),
  memberships: mongoMemberships(connection),
  apiKeys: mongoApiKeys(connection),
  sessions: mongoSessions(connection),
  sessionStore: sessionStore(connection),
});
export type IdentityStore = ReturnType<typeof mongoIdentity>;
