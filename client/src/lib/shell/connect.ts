import { signedOut } from '#lib/api/signed-out.ts';
import { hasUnsavedChanges } from '#lib/realtime/collab-open.ts';
import type { Shell } from './shell.ts';

/** Joins what belongs to a signed-in page: live events and the remembered project. Returns its clean-up. */
export function connect({ live, current, projectNames, session }: Shell, organisationId: string): () => void {
  // A page that holds what somebody wrote is not taken away from them: it says itself that they have to sign in again.
  const end = () => {
    if (!hasUnsavedChanges()) session.end();
  };
  // Signed in again in another tab: this one goes on, unless it was somebody else.
  const focused = async () => {
    if (live.connection.state !== 'signed-out') return;
    if (await session.isBack()) live.open();
    else end();
  };
  const lookAgain = () => void focused();
  addEventListener('focus', lookAgain);
  const leave = [
    live.on('project.changed', (project) => current.changed(project)),
    live.on('project.changed', (project) => projectNames.learn(project)),
    live.on('project.deleted', ({ id }) => current.deleted(id)),
    live.on('session.ended', end),
    signedOut.add(end),
    () => removeEventListener('focus', lookAgain),
    () => live.close(),
  ];
  live.open();
  void current.restore(organisationId);
  return () => {
    for (const off of leave) off();
  };
}
