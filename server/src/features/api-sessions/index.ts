export { accessTokens } from './access-token.ts';
export { apiSessionRoutes } from './api-session.routes.ts';
export { apiSessionService } from './api-session.service.ts';
export { mongoRefreshTokens } from './refresh-token.mongo.ts';
export { mongoSigningKeys } from './signing-key.mongo.ts';
export { signingKeys } from './signing-keys.ts';
