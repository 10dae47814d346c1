import { signedOut } from '#lib/api/signed-out.ts';
import { hasChangesAtRisk, isWrittenIn, signOutOfDocuments } from '#lib/realtime/collab-open.ts';
import type { CopyOwner } from '#lib/realtime/copy/copies.ts';
import { heardOf, rememberedKey } from './remembered-person.ts';
import type { Shell } from './shell.ts';

/** Joins what belongs to a signed-in page: live events, the copies of documents, the remembered project. Returns its clean-up. */
export function connect(shell: Shell, owner: CopyOwner): () => void {
  const { live, current, projectNames, doubts, session, onThisComputer, uploads } = shell;
  // A page in which somebody writes is not taken away from them: it says itself that they have to sign in again.
  const end = () => {
    if (!isWrittenIn()) session.end();
  };
  // The server can be reached (again): is this still the same person?
  const confirm = async () => {
    const answer = await session.confirm();
    if (answer === 'somebody-else') makeWay();
    return answer === 'same';
  };
  // Signed in again in another tab: this one goes on, unless it was somebody else.
  const focused = async () => {
    if (live.connection.state !== 'signed-out') return;
    if (await confirm()) live.open();
    else end();
  };
  const lookAgain = () => void focused();
  const cameOnline = () => {
    if (session.unconfirmed) void confirm();
  };
  const heard = ({ key, newValue }: StorageEvent) => {
    if (key !== rememberedKey || session.me === null) return;
    const news = heardOf(newValue, session.me);
    if (news === 'somebody-else') makeWay();
    else if (news === 'signed-out' && !hasChangesAtRisk()) session.end();
  };
  addEventListener('focus', lookAgain);
  addEventListener('online', cameOnline);
  addEventListener('storage', heard);
  const leave = [
    onThisComputer.keepFor(owner),
    uploads.keepFor(owner),
    live.on('project.changed', (project) => current.changed(project)),
    live.on('project.changed', (project) => projectNames.learn(project)),
    live.on('project.deleted', ({ id }) => current.deleted(id)),
    live.on('session.projects', ({ lost }) => {
      for (const id of lost) {
        current.deleted(id);
        projectNames.forget(id);
      }
    }),
    live.on('calibration.changed', () => void doubts.load()),
    live.onreconnect(() => void doubts.load()),
    // Somebody changed one's role: what the page offers follows at once.
    live.on('session.role', ({ role }) => {
      if (session.role !== null && role !== session.role) void confirm();
    }),
    live.on('session.ended', end),
    live.onreconnect(cameOnline),
    signedOut.add(end),
    () => removeEventListener('focus', lookAgain),
    () => removeEventListener('online', cameOnline),
    () => removeEventListener('storage', heard),
    () => live.close(),
  ];
  live.open();
  void current.restore(owner.organisationId);
  void doubts.load();
  return () => {
    for (const off of leave) off();
  };
}

/** Somebody else has signed in in this browser: nothing of this page may go out under their name. */
function makeWay(): void {
  signOutOfDocuments();
  if (!hasChangesAtRisk()) location.reload();
}
