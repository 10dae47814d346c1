export { mongoKiosks } from './kiosk.mongo.ts';
export { kioskRoutes } from './kiosk.routes.ts';
export { kioskService, type KioskService } from './kiosk.service.ts';
export { screenCookieOf } from './screen-cookie.ts';
export { wallService, type WallService } from './wall.service.ts';
