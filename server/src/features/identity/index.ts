export { createIdentity, type Identity } from './identity.ts';
export { mongoIdentity } from './identity.mongo.ts';
export type { Profile } from './provisioning.service.ts';
export { keptSessionSecret } from './session-secret.ts';
