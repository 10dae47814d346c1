import { projectEndpoints } from '@cobench/shared/projects/project';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { ProjectService } from './project.service.ts';

export function projectRoutes(projects: ProjectService): Router {
  const router = Router();
  bind(router, projectEndpoints.list, projects.list);
  bind(router, projectEndpoints.get, projects.get);
  bind(router, projectEndpoints.create, projects.create);
  bind(router, projectEndpoints.edit, projects.edit);
  bind(router, projectEndpoints.remove, projects.remove);
  bind(router, projectEndpoints.restore, projects.restore);
  bind(router, projectEndpoints.access, projects.access);
  bind(router, projectEndpoints.restrict, projects.restrict);
  return router;
}
