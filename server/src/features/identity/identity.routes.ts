import { identityEndpoints } from '@cobench/shared/identity/identity';
import { Router } from 'express';
import { bind } from '../../platform/http/bind.ts';
import type { ApiKeyService } from './api-key.service.ts';
import type { MeService } from './me.service.ts';

export function identityRoutes(me: MeService, keys: ApiKeyService): Router {
  const router = Router();
  bind(router, identityEndpoints.me, me.me);
  bind(router, identityEndpoints.switchOrganisation, me.switchOrganisation);
  bind(router, identityEndpoints.endOtherSessions, me.endOtherSessions);
  bind(router, identityEndpoints.sessions, me.sessions);
  bind(router, identityEndpoints.endSession, me.endSession);
  bind(router, identityEndpoints.members, me.members);
  bind(router, identityEndpoints.endMemberSessions, me.endMemberSessions);
  bind(router, identityEndpoints.apiKeys, keys.list);
  bind(router, identityEndpoints.createApiKey, keys.create);
  bind(router, identityEndpoints.revokeApiKey, keys.revoke);
  return router;
}
