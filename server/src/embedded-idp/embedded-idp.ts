import { unnamedProvider } from '@cobench/shared/identity/sign-in';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import express, { Router, type RequestHandler } from 'express';
import { demoRealm } from '../demo/people.ts';
import type { ProviderSettings } from '../features/sign-in/index.ts';
import type { Log } from '../platform/log.ts';
import { interactionRoutes, type PasswordLimits } from './interaction.routes.ts';
import { localFetch } from './local-fetch.ts';
import { createProvider } from './provider.ts';

type Options = {
  publicUrl: string;
  /** Where this server listens, to reach itself whatever stands in front of it. */
  host: string;
  port: number;
  log: Log;
  passwordLimits?: PasswordLimits;
};

type EmbeddedIdp = {
  /** To be mounted at `/idp`, before anything that sets headers, cookies or reads bodies. */
  router: Router;
  /** How our own sign-in reaches it. */
  provider: ProviderSettings;
};

/** An OpenID provider in our own process, with the people of the demo: for trying and developing, never for production. */
export async function createEmbeddedIdp(options: Options): Promise<EmbeddedIdp> {
  const { publicUrl, host, port, log, passwordLimits = { perAddress: 30, perAccount: 10 } } = options;
  const issuer = `${publicUrl}/idp`;
  const client = { id: 'cobench', secret: randomBytes(32).toString('base64url') };
  const fetch = localFetch({ publicUrl, localUrl: `http://${reachable(host)}:${port}` });
  const provider = await createProvider({ publicUrl, issuer, client, fetch, log });

  const router = Router();
  router.use(underPublicAddress(publicUrl), strictHeaders);
  router.use('/assets', express.static(join(import.meta.dirname, 'assets'), { index: false, maxAge: '1h' }));
  router.use(interactionRoutes(provider, publicUrl, passwordLimits));
  router.use(provider.callback());
  return {
    router,
    provider: {
      id: unnamedProvider,
      name: 'your organisation',
      issuer,
      clientId: client.id,
      clientSecret: client.secret,
      realm: demoRealm,
      fetch,
    },
  };
}

/** An address to reach a listening socket by: "every address" includes loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** oidc-provider writes its URLs by the request's headers; these make them ours, whoever sent what. */
const underPublicAddress = (publicUrl: string): RequestHandler => {
  const { host, protocol } = new URL(publicUrl);
  return (req, _res, next) => {
    Object.assign(req.headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) });
    next();
  };
};

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const strictHeaders: RequestHandler = (_req, res, next) => {
  res.set({
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  next();
};
