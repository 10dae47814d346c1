import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { auditEndpoints } from '@cobench/shared/audit/audit';
import { calibrationEndpoints } from '@cobench/shared/calibrations/endpoints';
import { bookingEndpoints } from '@cobench/shared/bookings/booking';
import { calendarLinkEndpoints } from '@cobench/shared/bookings/calendar-link';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { entryHistoryEndpoints, runHistoryEndpoints } from '@cobench/shared/history/history';
import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { apiSessionEndpoints } from '@cobench/shared/identity/api-session';
import { identityEndpoints } from '@cobench/shared/identity/identity';
import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { signInEndpoints } from '@cobench/shared/identity/sign-in';
import { instrumentEndpoints } from '@cobench/shared/instruments/instrument';
import { kioskEndpoints } from '@cobench/shared/kiosks/kiosk';
import { wallEndpoints } from '@cobench/shared/kiosks/wall';
import { maintenanceEndpoints } from '@cobench/shared/instruments/maintenance';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { runEndpoints } from '@cobench/shared/runs/endpoints';
import { alertEndpoints } from '@cobench/shared/alerts/endpoints';
import { seriesEndpoints } from '@cobench/shared/series/endpoints';
import { collabHttpPath } from '@cobench/shared/realtime/collab';
import express, { Router } from 'express';
import helmet, { contentSecurityPolicy } from 'helmet';
import type { Connection } from 'mongoose';
import { Registry } from 'prom-client';
import { beginBackgroundWork } from './background-work.ts';
import type { Config } from './config.ts';
import { fillDemo } from './demo/fill.ts';
import { demoPeople } from './demo/people.ts';
import type { DomainEvent, DomainEvents } from './domain-events.ts';
import { createEmbeddedIdp } from './embedded-idp/index.ts';
import { alertRoutes } from './features/alerts/index.ts';
import { auditCheckpoints, auditRoutes, mongoAudit, timeStamping } from './features/audit/index.ts';
import { accountRoutes, type GuessLimits, type SignInMethods } from './features/accounts/index.ts';
import { apiSessionRoutes } from './features/api-sessions/index.ts';
import { calibrationRoutes, calibrationUploads } from './features/calibrations/index.ts';
import { bookingRoutes, calendarFeedRoutes } from './features/bookings/index.ts';
import {
  fileRoutes,
  fileUploads,
  meterScans,
  mongoScans,
  sealedFileRoutes,
  uploadRoutes,
} from './features/files/index.ts';
import { historyRoutes } from './features/history/index.ts';
import { keptSessionSecret } from './features/identity/index.ts';
import { instrumentRoutes } from './features/instruments/index.ts';
import { kioskRoutes, screenCookieOf } from './features/kiosks/index.ts';
import { giveTitlesToDocuments, mongoEntries, notebookRoutes } from './features/notebook/index.ts';
import { projectRoutes } from './features/projects/index.ts';
import { runRoutes } from './features/runs/index.ts';
import { secondFactorRoutes } from './features/second-factor/index.ts';
import { seriesRoutes } from './features/series/index.ts';
import { createSignIn, mongoSignIn } from './features/sign-in/index.ts';
import { clamd } from './platform/clamd.ts';
import type { Clock } from './platform/clock.ts';
import { eventBus } from './platform/event-bus.ts';
import { contentWatch } from './platform/http/content-watch.ts';
import { faultHandler, noSuchPath } from './platform/http/fault-handler.ts';
import { health } from './platform/http/health.ts';
import { jsonBody } from './platform/http/json-body.ts';
import type { Listening } from './platform/http/listen.ts';
import { mailPage } from './platform/http/mail-page.ts';
import { metricsRoute } from './platform/http/metrics.ts';
import { openApiDocument } from './platform/http/openapi.ts';
import { requestLog } from './platform/http/request-log.ts';
import { sameOrigin } from './platform/http/same-origin.ts';
import { staticWeb, viteWeb, type Web } from './platform/http/web.ts';
import type { Log } from './platform/log.ts';
import { keptMail, smtpMail, type SendMail } from './platform/mail.ts';
import { meterProcess } from './platform/metrics.ts';
import { createIndexes, storeAnswers } from './platform/mongo/connect.ts';
import type { DirectCommand } from './platform/mongo/direct-command.ts';
import type { ObjectStore } from './platform/storage/object-store.ts';
import { openStore } from './platform/storage/open-store.ts';
import { storeWatch } from './platform/storage/store-watch.ts';
import { collabMeters, watchCollab } from './realtime/collab-metrics.ts';
import { admitting } from './realtime/admission.ts';
import { mongoFollowed } from './realtime/collab/followed.mongo.ts';
import { redisFanOut } from './realtime/collab/fan-out.redis.ts';
import { recordsKept } from './realtime/collab/log-length.mongo.ts';
import { mongoDocumentLog } from './realtime/collab/log.mongo.ts';
import { moveOldRecords } from './realtime/collab/old-records.mongo.ts';
import type { Person } from './realtime/collab/peer.ts';
import { Polling } from './realtime/collab/polling.ts';
import { entryDocuments, openDocuments } from './realtime/documents.ts';
import { openHistory } from './realtime/histories.ts';
import { ingestServer } from './realtime/ingest/ingest-server.ts';
import { watchLive } from './realtime/live-metrics.ts';
import { liveServer } from './realtime/live/index.ts';
import { servePolling } from './realtime/long-polling.ts';
import { forLive, forVite, serveUpgrades } from './realtime/upgrade.ts';
import { openMasterKeys } from './master-keys.ts';
import { createServices, type Services } from './services.ts';

type Parts = {
  config: Config;
  listening: Listening;
  connection: Connection;
  /** The shorter way to a store that is in this process. */
  direct?: DirectCommand | null;
  log: Log;
  clock: Clock;
  /** Fill an empty store with the demo. */
  demo: boolean;
  guessLimits?: GuessLimits | undefined;
  /** Where the encrypted files lie, where that is not what the configuration says. */
  objects?: ObjectStore | undefined;
};
export type App = { demoPeople: string[]; close(): Promise<void> };

/** The contracts this server answers to, by the heading of the API reference. */
export const contracts = {
  accounts: accountEndpoints,
  signIn: signInEndpoints,
  secondFactor: secondFactorEndpoints,
  apiSessions: apiSessionEndpoints,
  identity: identityEndpoints,
  projects: projectEndpoints,
  notebook: notebookEndpoints,
  entryHistory: entryHistoryEndpoints,
  instruments: instrumentEndpoints,
  maintenance: maintenanceEndpoints,
  calibrations: calibrationEndpoints,
  bookings: bookingEndpoints,
  calendarLinks: calendarLinkEndpoints,
  runs: runEndpoints,
  runHistory: runHistoryEndpoints,
  series: seriesEndpoints,
  alerts: alertEndpoints,
  files: fileEndpoints,
  kiosks: kioskEndpoints,
  wall: wallEndpoints,
  audit: auditEndpoints,
};

const clientDirectory = join(import.meta.dirname, '../../client');
/** Longer than a process can be out of touch and still write. */
const tenMinutes = 600_000;

/** Wires the product together on a port and a store that are there already. Resolves when it serves. */
export async function startApp({ config, listening, connection, log, clock, demo, ...given }: Parts): Promise<App> {
  const { publicUrl } = config;
  const { http } = listening;
  const events: DomainEvents = eventBus<DomainEvent>();
  const masterKeys = await openMasterKeys(config, { connection, clock });
  const sessionSecret = config.sessionSecret ?? (await keptSessionSecret(config.dataDir));

  const metrics = new Registry();
  const processMeters = meterProcess(metrics);
  const meters = collabMeters(metrics);
  const fanOut = config.redisUrl === undefined ? null : await redisFanOut(config.redisUrl, { clock, log });
  const fenceMs = config.redisUrl === undefined ? 0 : tenMinutes;
  const documentLog = mongoDocumentLog(connection, { fenceMs, direct: given.direct ?? null });
  const documents = openDocuments({
    log: documentLog,
    followed: mongoFollowed(connection),
    owners: () => ({
      ...services,
      actorsOf: services.identity.sessions.refresh,
      namesOf: services.identity.namesOf,
    }),
    events,
    clock,
    logger: log,
    fanOut,
    meters,
  });
  const history = openHistory({ log: documentLog, collab: documents });
  watchCollab(metrics, {
    rooms: () => documents.load().rooms,
    logRecords: () => recordsKept(connection),
    workers: { documents: documents.waitingTasks, history: history.waitingTasks },
  });
  const checkpoints = await openCheckpoints(config, { connection, clock, log });
  const { mail, mailRoutes } = openMail(config);
  const objects = given.objects ?? (await openStore(config.storage));
  const files = storeWatch({ store: objects, metrics, log });
  const scanner = config.clamdUrl === undefined ? null : clamd(config.clamdUrl);
  meterScans(metrics, mongoScans(connection));
  const stores = { connection, objects, scanner, documents: entryDocuments(documents), history, checkpoints };
  const { breachedPasswordsUrl } = config;
  const parts = { ...stores, publicUrl, sessionSecret, masterKeys, mail, breachedPasswordsUrl, log };
  const services: Services = createServices({ ...parts, ingestRates: config.ingestRates, events, clock });
  const { identity, entrance, runs, series, walls, trail } = services;
  const embeddedIdp = config.oidc.length > 0 || config.production ? null : await createEmbeddedIdp({ ...config, log });
  const providers = embeddedIdp ? [embeddedIdp.provider] : configuredProviders(config);
  const signIn = createSignIn({
    repo: mongoSignIn(connection),
    identity,
    entrance,
    providers,
    publicUrl,
    clock,
    log,
    trail,
  });

  await createIndexes(connection);
  await moveOldRecords(connection);
  await giveTitlesToDocuments({ repo: mongoEntries(connection), documents: entryDocuments(documents) });
  if (demo) {
    let time = clock();
    const pastParts = { ...parts, ingestRates: null, events: eventBus<DomainEvent>() };
    const past = createServices({ ...pastParts, clock: () => time });
    await fillDemo({ services: past, setTime: (at) => (time = at), now: clock(), dataDir: config.dataDir });
  }

  const admit = admitting({ authenticate: async (req) => personOf(await identity.authenticate(req)), logger: log });
  const polling = new Polling({ collab: documents });
  const door = { publicOrigin: publicUrl, admit };

  const alive = health({ storeAnswers: () => storeAnswers(connection), filesAnswer: files.answers });
  const web = await openWeb(config, listening);
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.trustedProxies);
  app.use(requestLog(log), alive.router, metricsRoute(metrics, config.metricsToken));
  if (embeddedIdp) app.use('/idp', embeddedIdp.router);
  app.use(securityHeaders(publicUrl));
  app.use(collabHttpPath, servePolling({ ...door, credentialOf: identity.credentialOf, polling }));
  app.use(['/api', '/auth'], identity.identify);
  app.use(signIn);
  app.use(mailRoutes, calendarFeedRoutes(services.calendarLinks));
  const passkeys = services.secondFactors.passkeysWork;
  const methods = { providers: providers.map(({ id, name }) => ({ id, name })), mail: mail !== null, passkeys };
  app.use(apiRoutes(services, { publicUrl, methods, guessLimits: given.guessLimits, clock }));
  if (web) app.use(web.router);
  app.use(noSuchPath, faultHandler({ log, trail }));

  const { authenticate, keyOf, keys } = identity;
  const viewOfScreen = (req: IncomingMessage) => walls.viewOfScreen(screenCookieOf(req));
  const topics = { runs, series, projects: services.projects, instruments: services.instruments };
  const doors = { http, authenticate, viewOfScreen, publicOrigin: publicUrl };
  const live = await liveServer({ ...config, ...doors, ...topics, events, log });
  const ingest = ingestServer({ keyOf, actorOf: keys.actorOf, record: runs.record, trail, clock, log });
  watchLive(metrics, live.load);
  serveUpgrades(http, {
    ...door,
    collab: documents,
    ingest,
    others: config.web === 'vite' ? [forLive, forVite] : [forLive],
  });
  const background = beginBackgroundWork({ services, lookAtStore: files.look, log });
  listening.serve(app);
  documents.resume().catch((err: unknown) => log.warn({ err }, 'lists were not brought up with their documents'));

  return {
    demoPeople: demoPeople.map(({ email }) => email),
    async close() {
      alive.drain();
      await background.stop();
      await documents.close();
      await polling.close();
      await fanOut?.close();
      await live.close();
      await ingest.close();
      await web?.close();
      await listening.close();
      await runs.packed();
      await trail.settled();
      await checkpoints.flush();
      await history.close();
      await services.fileContents.closeImages();
      await objects.close();
      processMeters.stop();
    },
  };
}

type ApiOptions = {
  publicUrl: string;
  methods: SignInMethods;
  guessLimits?: GuessLimits | undefined;
  clock: Clock;
};

function apiRoutes(services: Services, { publicUrl, methods, guessLimits, clock }: ApiOptions): Router {
  const { accounts, invitations, identity, projects, entries, histories, runs, series, alerts, audit } = services;
  const {
    kiosks,
    walls,
    entrance,
    secondFactors: factors,
    secondSteps: steps,
    apiSessions,
    signingKeys: keys,
  } = services;
  const limits = guessLimits ?? { perAddress: 50, perAccount: 10 };
  const reference = openApiDocument(contracts);
  const router = Router();
  router.get('/api/openapi.json', (_req, res) => void res.json(reference));
  router.use('/api', sameOrigin(publicUrl));
  router.use(calibrationUploads(services.calibrations), fileUploads({ uploads: services.uploads, ...identity }));
  router.use('/api', jsonBody());
  router.use(accountRoutes({ accounts, invitations, methods, limits }));
  router.use(
    secondFactorRoutes({ steps, factors, entrance, limits }),
    apiSessionRoutes({ sessions: apiSessions, keys }),
  );
  router.use(
    identity.routes,
    projectRoutes(projects),
    notebookRoutes(entries),
    instrumentRoutes(services),
    bookingRoutes(services),
    calibrationRoutes(services.calibrations),
  );
  router.use(
    historyRoutes(histories),
    runRoutes(runs),
    seriesRoutes(series),
    alertRoutes(alerts, services.alertReasons),
    auditRoutes(audit),
  );
  router.use(uploadRoutes({ uploads: services.uploads, usage: services.fileUsage }));
  const { files, fileContents: contents } = services;
  const watch = contentWatch({ actorNow: identity.actorNow, clock });
  router.use(fileRoutes(files, contents, watch), sealedFileRoutes(contents, watch));
  router.use(kioskRoutes({ kiosks, walls, publicUrl, limits }));
  router.use('/api', noSuchPath);
  return router;
}

/** Headers for everything we serve; the page's script policy is in the page itself, with the hashes of its build. */
const securityHeaders = (publicUrl: string) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': contentSecurityPolicy.dangerouslyDisableDefaultSrc,
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: publicUrl.startsWith('https:'),
    referrerPolicy: { policy: 'same-origin' },
  });

async function openWeb({ web }: Config, { http }: Listening): Promise<Web | null> {
  switch (web) {
    case 'static':
      return staticWeb(join(clientDirectory, 'build'));
    case 'vite':
      return viteWeb(clientDirectory, http);
    case 'none':
      return null;
    default:
      return web satisfies never;
  }
}

const configuredProviders = ({ oidc }: Config) => oidc.map((one) => ({ ...one, realm: one.issuer, fetch }));

/** The mail server where there is one; without one mails are kept to be looked at in development, and not sent elsewhere. */
function openMail({ mail, production }: Config): { mail: SendMail | null; mailRoutes: Router } {
  if (mail) return { mail: smtpMail(mail), mailRoutes: Router() };
  if (production) return { mail: null, mailRoutes: Router() };
  const { send, mails } = keptMail();
  return { mail: send, mailRoutes: mailPage(mails) };
}

type CheckpointParts = Pick<Parts, 'connection' | 'clock' | 'log'>;

function openCheckpoints({ dataDir, auditTimestampUrl: url }: Config, { connection, ...parts }: CheckpointParts) {
  const directory = join(dataDir, 'audit');
  const onHour = url === undefined ? undefined : timeStamping({ url, directory });
  return auditCheckpoints({ ...parts, directory, hashAt: mongoAudit(connection).hashAt, onHour });
}

type SignedIn = Awaited<ReturnType<Services['identity']['authenticate']>>;

function personOf(actor: SignedIn): Person | null {
  if (actor?.via.kind !== 'session') return null;
  return { id: actor.personId, name: actor.name, sessionId: actor.via.sessionId, orgId: actor.orgId };
}
