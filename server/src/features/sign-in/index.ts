export type { ProviderSettings } from './provider.ts';
export { mongoSignIn } from './sign-in.mongo.ts';
export { createSignIn } from './sign-in.ts';
