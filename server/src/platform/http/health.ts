import { Router } from 'express';

type Parts = { storeAnswers: () => Promise<boolean>; filesAnswer: () => boolean };

/**
 * `/healthz`: the process lives. `/readyz`: it can serve, which ends with `drain()` at a graceful shutdown; where only the
 * store of files does not answer it says so, and serves everything else.
 */
export function health({ storeAnswers, filesAnswer }: Parts): { router: Router; drain(): void } {
  let draining = false;
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const store = !draining && (await storeAnswers());
    res
      .status(store ? 200 : 503)
      .json({ status: store ? 'ready' : 'not ready', draining, store, files: filesAnswer() });
  });
  return { router, drain: () => void (draining = true) };
}
