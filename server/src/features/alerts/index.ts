export { alertService, type AlertService } from './alert.service.ts';
export { alertReasons, type AlertReasons } from './alert-why.ts';
export { alertRoutes } from './alert.routes.ts';
export { mongoAlertGrowth } from './alert-growth.mongo.ts';
export type { AlertGrowth, Beginning, Extension } from './alert-growth.repo.ts';
export { mongoAlerts } from './alert.mongo.ts';
export { mongoEscalationMails } from './escalation.mongo.ts';
export { newAlert, type Signal } from './new-alert.ts';
