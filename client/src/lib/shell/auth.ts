import { z } from 'zod';
import { request, understood } from '#lib/api/request.ts';
import { paths } from './paths.ts';

const SignedOut = z.object({ redirect: z.string() });

/** Ends the session. Answers where to go next: the organisation's own sign-out, or the sign-in page. */
export async function signOut(): Promise<string> {
  const text = await request('/auth/sign-out', { method: 'POST' });
  return understood((answer) => SignedOut.parse(answer).redirect, text);
}

/** Where the organisation's sign-in begins. It is not a page of this application: go there with a full load. */
export const signInAddress = (returnTo: string, provider?: string): string =>
  `/auth/sign-in?${new URLSearchParams({ returnTo, ...(provider !== undefined && { provider }) }).toString()}`;

/** The same for whoever is signed in, and is to show the organisation again that it is they. */
export const signInAgain = (returnTo: string): string => `${signInAddress(returnTo)}&again`;

/** Our own sign-in page, which comes back to `path` afterwards. */
export const signInPage = (path: string): string =>
  path === paths.home ? paths.signIn : `${paths.signIn}?returnTo=${encodeURIComponent(path)}`;

/** A page of this application to return to; anything else becomes the home page. */
export const safeReturn = (path: string | null): string =>
  path !== null && /^\/(?![/\\])/.test(path) && !path.startsWith(paths.signIn) ? path : paths.home;
