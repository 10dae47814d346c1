export { mongoCalibrations } from './calibration.mongo.ts';
export { calibrationRoutes, calibrationUploads } from './calibration.routes.ts';
export { calibrationService } from './calibrations.ts';
export { certificateKeys, everyCertificate, mongoCertificateFiles } from './certificate.mongo.ts';
export { certificateObjects } from './certificate-objects.ts';
export { movingCertificates } from './certificate-move.ts';
export { mongoDues } from './due.mongo.ts';
