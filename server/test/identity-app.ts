import { createServer } from 'node:http';
import type { Action } from '@cobench/shared/access/permissions';
import { unnamedProvider } from '@cobench/shared/identity/sign-in';
import express from 'express';
import type { DomainEvent } from '../src/domain-events.ts';
import { createEmbeddedIdp } from '../src/embedded-idp/index.ts';
import { mongoIdentity } from '../src/features/identity/index.ts';
import { createSignIn, mongoSignIn } from '../src/features/sign-in/index.ts';
import { createPeopleServices } from '../src/people-services.ts';
import { authorize } from '../src/platform/access.ts';
import { eventBus } from '../src/platform/event-bus.ts';
import { faultHandler } from '../src/platform/http/fault-handler.ts';
import { jsonBody } from '../src/platform/http/json-body.ts';
import { actorOf } from '../src/platform/http/request.ts';
import { keyRing } from '../src/platform/keys/key-ring.ts';
import { createLog } from '../src/platform/log.ts';
import { createIndexes } from '../src/platform/mongo/connect.ts';
import { openTestDatabase } from './database.ts';
import { freePort } from './harness.ts';
import { testTrail } from './trail.ts';

type Options = {
  /** Another provider than the embedded one. */
  issuer?: string;
  /** More of them. */
  others?: { id: string; issuer: string; organisations?: string[] }[];
  now?: () => Date;
  signInsPerMinute?: number;
  passwordLimits?: { perAddress: number; perAccount: number };
};
export type IdentityApp = Awaited<ReturnType<typeof startIdentityApp>>;

/** Sign-in and identity alone on a free port, with a door for each action: GET /api/v1/probe/<action>. */
export async function startIdentityApp({
  issuer,
  others = [],
  now = () => new Date(),
  signInsPerMinute = 10_000,
  passwordLimits = { perAddress: 10_000, perAccount: 10_000 },
}: Options = {}) {
  const [database, port] = await Promise.all([openTestDatabase(), freePort()]);
  const { connection } = database;
  const publicUrl = `http://localhost:${port}`;
  const log = createLog('silent');
  const published: DomainEvent[] = [];
  const events = eventBus<DomainEvent>();
  for (const type of ['sessions.ended', 'membership.changed'] as const) {
    events.on(type, (event) => void published.push(event));
  }

  const idp = await createEmbeddedIdp({ publicUrl, host: '127.0.0.1', port, log, passwordLimits });
  const configured = { clientId: 'cobench', clientSecret: 'shared-secret', fetch };
  const own = { id: unnamedProvider, name: 'your organisation' };
  const first = issuer === undefined ? idp.provider : { ...configured, ...own, issuer, realm: issuer };
  const providers = [first, ...others.map((one) => ({ ...configured, ...one, name: one.id, realm: one.issuer }))];
  const trail = testTrail(connection, now);
  const shared = { trail, clock: now, log, publicUrl };
  const secrets = { sessionSecret: 'test'.repeat(10), masterKeys: keyRing(['0123456789abcdef'.repeat(4)]) };
  const store = mongoIdentity(connection);
  const people = { ...shared, ...secrets, connection, store, events, mail: null, breachedPasswordsUrl: undefined };
  const { identity, entrance } = createPeopleServices(people);
  const repo = mongoSignIn(connection);
  const signIn = createSignIn({ ...shared, repo, identity, entrance, providers, signInsPerMinute });
  await createIndexes(connection);

  const app = express();
  app.use('/idp', idp.router);
  app.use(['/api', '/auth'], identity.identify);
  app.use(signIn, jsonBody(), identity.routes);
  app.get('/api/v1/probe/:action', async (req, res) => {
    await authorize(actorOf(req), req.params.action as Action);
    res.json({ ...req.actor, hidden: undefined });
  });
  app.use(faultHandler({ log, trail }));
  const http = createServer(app);
  await new Promise<void>((resolve) => {
    http.listen(port, '127.0.0.1', resolve);
  });

  const close = async (): Promise<void> => {
    http.closeAllConnections();
    await new Promise((resolve) => {
      http.close(resolve);
    });
    await trail.settled();
    await database.close();
  };
  return { origin: publicUrl, identity, trail, store, published, http, close };
}
