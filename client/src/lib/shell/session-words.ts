import type { Session } from '@cobench/shared/identity/identity';

/** What is said once somebody has signed out everywhere but here. */
export const endedElsewhere = (ended: number): string =>
  ended === 0
    ? 'You were signed in only here.'
    : `Signed out of ${ended} other ${ended === 1 ? 'session' : 'sessions'}.`;

/** What a session was begun with, in words. */
export const deviceName = ({ device, kind }: Pick<Session, 'device' | 'kind'>): string =>
  device || (kind === 'api' ? 'Unknown program' : 'Unknown browser');
