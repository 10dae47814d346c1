import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { Router } from 'express';
import { bind, bindContent } from '../../platform/http/bind.ts';
import type { ContentWatch } from '../../platform/http/content-watch.ts';
import type { FileService } from './file.service.ts';
import type { fileContent } from './file-content.ts';
import type { fileImages } from './file-images.ts';
import { sealedPath, type sealedLinks } from './sealed-link.ts';

type Contents = ReturnType<typeof fileContent> & ReturnType<typeof fileImages> & ReturnType<typeof sealedLinks>;

/** The catalogue, and what its files hold. How they come in has routes of its own. */
export function fileRoutes(files: FileService, contents: Contents, watch: ContentWatch): Router {
  const router = Router();
  bind(router, fileEndpoints.list, files.list);
  bind(router, fileEndpoints.folders, files.folders);
  bind(router, fileEndpoints.tags, files.tags);
  bindContent(router, fileEndpoints.archive, { run: contents.archive, watch });
  bind(router, fileEndpoints.get, files.get);
  bind(router, fileEndpoints.versions, files.versions);
  bind(router, fileEndpoints.edit, files.edit);
  bind(router, fileEndpoints.attach, files.attach);
  bind(router, fileEndpoints.detach, files.detach);
  bindContent(router, fileEndpoints.content, { run: contents.content, watch });
  bindContent(router, fileEndpoints.image, { run: contents.image, watch });
  bind(router, fileEndpoints.sealedLink, contents.sealedLink);
  bind(router, fileEndpoints.remove, files.remove);
  bind(router, fileEndpoints.restore, files.restore);
  bind(router, fileEndpoints.purge, files.purge);
  return router;
}

/** What needs no session: the address itself was given to somebody, and is good for minutes. */
export function sealedFileRoutes({ sealed }: Pick<Contents, 'sealed'>, watch: ContentWatch): Router {
  const router = Router();
  router.get(`${sealedPath}/:token`, async (req, res) => {
    await watch.send(req, res, await sealed(req.params.token));
  });
  return router;
}
