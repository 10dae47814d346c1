export { mongoCalibrations } from './calibration.mongo.ts';
export { calibrationRoutes, calibrationUploads } from './calibration.routes.ts';
export { calibrationService } from './calibrations.ts';
export { mongoCertificateFiles } from './certificate.mongo.ts';
export { mongoDues } from './due.mongo.ts';
