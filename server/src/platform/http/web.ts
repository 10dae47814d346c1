import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import express, { Router } from 'express';

export type Web = { router: Router; close(): Promise<void> };

/**
 * Serves the built single-page app: hashed files for a year, the page itself always fresh.
 * @throws where the client has not been built.
 */
export function staticWeb(directory: string): Web {
  const page = join(directory, 'index.html');
  if (!existsSync(page)) throw new Error('The client has not been built: run `npm start`, which builds it.');
  const router = Router();
  const immutable = { immutable: true, maxAge: '1y', fallthrough: false };
  router.use('/_app/immutable', express.static(join(directory, '_app/immutable'), immutable));
  router.use(express.static(directory, { index: false, maxAge: 0 }));
  router.get('/{*path}', (_req, res) => {
    res.set('Cache-Control', 'no-cache').sendFile(page);
  });
  return { router, close: async () => {} };
}

/** The development server of the client in this process: one origin, as in production. */
export async function viteWeb(directory: string, http: Server): Promise<Web> {
  const { createServer } = await import('vite');
  const vite = await createServer({
    root: directory,
    configFile: join(directory, 'vite.config.ts'),
    server: { middlewareMode: true, ws: { server: http } },
  });
  const router = Router();
  router.use(vite.middlewares);
  return { router, close: () => vite.close() };
}
