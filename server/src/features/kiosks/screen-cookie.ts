import type { IncomingMessage } from 'node:http';
import type { CookieOptions } from 'express';

export const screenCookieName = 'cobench.screen';
const pattern = /(?:^|;) *cobench\.screen=([\w-]+) *(?:;|$)/;
const ninetyDaysMs = 90 * 86_400_000;

/** What the cookie of a screen holds, as it came; empty where there is none. Sessions have another one. */
export const screenCookieOf = ({ headers }: IncomingMessage): string => pattern.exec(headers.cookie ?? '')?.[1] ?? '';

/** Unreadable for scripts, sent along by our own pages alone, only over TLS where we are reached by it. */
export const screenCookieOptions = (publicUrl: string): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  secure: publicUrl.startsWith('https:'),
  maxAge: ninetyDaysMs,
});
