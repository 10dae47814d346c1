import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Router } from 'express';
import type { Registry } from 'prom-client';
import { Fault } from '../fault.ts';

/**
 * `/metrics` for Prometheus: whoever has the token, or without one only programs on this machine that ask us directly.
 * For everybody else there is no such thing.
 */
export function metricsRoute(registry: Registry, token: string | undefined): Router {
  const router = Router();
  router.get('/metrics', async (req, res) => {
    if (!(token === undefined ? comesFromHere(req) : shows(req, token))) throw new Fault('resource.missing');
    res.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

const shows = ({ headers }: IncomingMessage, token: string): boolean =>
  timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${token}`));

/** Of one length, whatever was shown. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const loopback = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/;
const ownName = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/;
const leftByProxies = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/**
 * Whether a program on this machine asked us and no other. A proxy on this machine speaks for strangers, and a page in a
 * browser here can have a name of its own point to this machine, but not call us by ours.
 */
const comesFromHere = ({ socket, headers }: IncomingMessage): boolean =>
  loopback.test(socket.remoteAddress ?? '') &&
  ownName.test(headers.host ?? '') &&
  leftByProxies.every((name) => headers[name] === undefined);
