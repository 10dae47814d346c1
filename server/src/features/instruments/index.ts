export { mongoInstruments } from './instrument.mongo.ts';
export { instrumentRoutes } from './instrument.routes.ts';
export { instrumentService } from './instrument.service.ts';
export { mongoMaintenance } from './maintenance.mongo.ts';
export { maintenanceService } from './maintenance.service.ts';
