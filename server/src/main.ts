import { beginThrifty } from './platform/thrifty-start.ts';

// `npm start` runs this file. Nothing else is loaded before: it would be loaded twice.
beginThrifty();
const { serve } = await import('./serve.ts');
await serve();
