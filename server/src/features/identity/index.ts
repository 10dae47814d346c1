export { deviceOf } from './device.ts';
export { createIdentity, type Identity } from './identity.ts';
export { mongoIdentity, type IdentityStore } from './identity.mongo.ts';
export type { Profile } from './provisioning.service.ts';
export type { HiddenFrom } from './seat.ts';
export type { Arrival } from './session.service.ts';
export { keptSessionSecret } from './session-secret.ts';
