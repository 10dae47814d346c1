import type { DomainEvents } from '../../domain-events.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Trail } from '../audit/index.ts';
import { apiKeyService } from './api-key.service.ts';
import { identification } from './identify.ts';
import type { IdentityStore } from './identity.mongo.ts';
import { identityRoutes } from './identity.routes.ts';
import { meService } from './me.service.ts';
import { memberService } from './member.service.ts';
import { provisioning } from './provisioning.service.ts';
import { credentialOf, sessionCookie } from './session.ts';
import { sessionService } from './session.service.ts';

type Deps = {
  store: IdentityStore;
  trail: Trail;
  events: DomainEvents;
  clock: Clock;
  publicUrl: string;
  sessionSecret: string;
};
export type Identity = ReturnType<typeof createIdentity>;

/** Who people are, where they belong, and what proves it. */
export function createIdentity({ store, trail, events, clock, publicUrl, sessionSecret }: Deps) {
  const { people, organisations, memberships } = store;
  const shared = { memberships, trail, events, clock };
  const sessions = sessionService({ repo: store.sessions, ...shared });
  const keys = apiKeyService({ repo: store.apiKeys, ...shared });
  const members = memberService({ sessions, ...shared });
  const me = meService({ people, organisations, memberships, sessions });
  const session = sessionCookie({ store: store.sessionStore, secret: sessionSecret, publicUrl });
  return {
    ...identification({ session, sessions, keys }),
    ...provisioning({ organisations, people, ...shared }),
    credentialOf,
    sessions,
    keys,
    routes: identityRoutes({ me, members, keys }),
    /** What people are called, by their ids; also those who have left. */
    namesOf: people.namesOf,
    /** What the members of an organisation among these people are called. */
    memberNames: memberships.namesOf,
    findBySubject: people.findBySubject,
  };
}
