import { Router } from 'express';

/** `/healthz`: the process lives. `/readyz`: it can serve, which ends with `drain()` at a graceful shutdown. */
export function health(storeAnswers: () => Promise<boolean>): { router: Router; drain(): void } {
  let draining = false;
  const router = Router();
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const store = !draining && (await storeAnswers());
    res.status(store ? 200 : 503).json({ status: store ? 'ready' : 'not ready', draining, store });
  });
  return { router, drain: () => void (draining = true) };
}
