import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { Router, type Request } from 'express';
import type { Actor } from '../../platform/access.ts';
import { bind } from '../../platform/http/bind.ts';
import { lingering } from '../../platform/http/request-bytes.ts';
import { actorOf } from '../../platform/http/request.ts';
import { formUpload } from './form-upload.ts';
import { tusRoutes } from './tus.routes.ts';
import type { UploadService } from './upload.service.ts';
import type { UsageService } from './usage.service.ts';

type Deps = {
  uploads: UploadService;
  /** Who sends a request, by their rights of now; null where they may nothing any more. */
  actorNow: (actor: Actor, req: Request) => Promise<Actor | null>;
};

/** Where files come in; mounted before what reads bodies as JSON. */
export function fileUploads({ uploads, actorNow }: Deps): Router {
  const router = tusRoutes({ uploads, actorNow });
  const { method, path, output, status } = fileEndpoints.create;
  router[method](path, async (req, res) => {
    const actor = actorOf(req);
    lingering(req, res);
    await uploads.requireUploader(actor);
    const file = await formUpload(req, { uploads, actor, again: () => actorNow(actor, req) });
    res.status(status ?? 200).json(output.parse(file));
  });
  return router;
}

/** What there is room for, and what is under way. */
export function uploadRoutes({ uploads, usage }: { uploads: UploadService; usage: UsageService }): Router {
  const router = Router();
  bind(router, fileEndpoints.usage, usage.usage);
  bind(router, fileEndpoints.limits, usage.limits);
  bind(router, fileEndpoints.editLimits, usage.editLimits);
  bind(router, fileEndpoints.uploads, uploads.list);
  return router;
}
