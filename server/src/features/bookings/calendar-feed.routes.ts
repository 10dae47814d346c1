import { Id } from '@cobench/shared/ids';
import { Router } from 'express';
import { z } from 'zod';
import { Fault } from '../../platform/fault.ts';
import { hashOfSecret } from '../../platform/secret.ts';
import type { CalendarLinkService } from './calendar-link.service.ts';

const Query = z.object({ key: z.string().max(200) });

/** Where calendar programs read: no session, only the secret, which is in the query because paths are logged. */
export function calendarFeedRoutes(links: CalendarLinkService): Router {
  const router = Router();
  router.get('/calendar/:id.ics', async (req, res) => {
    const [id, query] = [Id.safeParse(req.params.id), Query.safeParse(req.query)];
    if (!id.success || !query.success) throw new Fault('resource.missing');
    const text = await links.read({ id: id.data, key: query.data.key });
    res.set({
      // Whoever asks again with this is told that nothing changed.
      ETag: `"${hashOfSecret(text)}"`,
      'Cache-Control': 'private, no-cache',
      'Content-Disposition': 'inline; filename="bookings.ics"',
    });
    res.type('text/calendar; charset=utf-8').send(text);
  });
  return router;
}
