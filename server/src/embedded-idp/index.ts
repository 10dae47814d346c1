export { createEmbeddedIdp, type EmbeddedIdp } from './embedded-idp.ts';
