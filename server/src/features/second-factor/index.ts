export { entrance, hasFactor, type Entrance } from './entrance.ts';
export { passkeyProofs } from './passkey-proofs.ts';
export { mongoSecondFactors } from './second-factor.mongo.ts';
export { secondFactorRoutes } from './second-factor.routes.ts';
export { secondFactorService } from './second-factor.service.ts';
export { telling } from './tell.ts';
export { secondStepService } from './second-step.service.ts';
export { showingPasskeys } from './shown-passkey.ts';
