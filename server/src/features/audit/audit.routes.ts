import { auditEndpoints } from '@cobench/shared/audit/audit';
import { Router } from 'express';
import { bind, bindFile } from '../../platform/http/bind.ts';
import type { AuditService } from './audit.service.ts';

export function auditRoutes(audit: AuditService): Router {
  const router = Router();
  bind(router, auditEndpoints.list, audit.list);
  bindFile(router, auditEndpoints.export, audit.export);
  bind(router, auditEndpoints.verify, audit.verify);
  return router;
}
