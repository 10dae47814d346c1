import { Handlers } from './handlers.ts';

/** Runs whenever an answer says that nobody is signed in (any more). */
export const signedOut = new Handlers();
