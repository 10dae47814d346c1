/** What is said once somebody has signed out everywhere but here. */
export const endedElsewhere = (ended: number): string =>
  ended === 0
    ? 'You were signed in only here.'
    : `Signed out of ${ended} other ${ended === 1 ? 'session' : 'sessions'}.`;
