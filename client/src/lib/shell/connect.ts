import { signedOut } from '#lib/api/signed-out.ts';
import type { Shell } from './shell.ts';

/** Joins what belongs to a signed-in page: live events and the remembered project. Returns its clean-up. */
export function connect({ live, current, projectNames, session }: Shell, organisationId: string): () => void {
  const leave = [
    live.on('project.changed', (project) => current.changed(project)),
    live.on('project.changed', (project) => projectNames.learn(project)),
    live.on('project.deleted', ({ id }) => current.deleted(id)),
    live.on('session.ended', () => session.end()),
    signedOut.add(() => session.end()),
    () => live.close(),
  ];
  live.open();
  void current.restore(organisationId);
  return () => {
    for (const off of leave) off();
  };
}
