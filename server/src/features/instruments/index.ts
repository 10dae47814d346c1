export { mongoInstruments } from './instrument.mongo.ts';
export { instrumentRoutes } from './instrument.routes.ts';
export { instrumentService, type InstrumentService } from './instrument.service.ts';
