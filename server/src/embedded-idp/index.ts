export { createEmbeddedIdp } from './embedded-idp.ts';
