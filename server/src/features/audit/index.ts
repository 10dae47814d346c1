export { auditFile } from './audit-file.ts';
export { mongoAudit } from './audit.mongo.ts';
export { auditRoutes } from './audit.routes.ts';
export { auditService, toldEntries, type AuditService } from './audit.service.ts';
export { installationChain } from './chain.ts';
export { auditCheckpoints, chainsSigned, checkpointKey, readCheckpoints, type Checkpoints } from './checkpoint.ts';
export { timeStamping } from './time-stamp.ts';
export { auditTrail, type Doer, type Told, type Trail } from './trail.ts';
export { verified } from './verify.ts';
