import { createContext } from 'svelte';
import { Live } from '#lib/realtime/live.svelte.ts';
import { UploadQueue } from '#lib/uploads/upload-queue.svelte.ts';
import { Toasts } from '#lib/ui/toasts.svelte.ts';
import { Appearance } from './appearance.svelte.ts';
import { Confirmation } from './confirmation.svelte.ts';
import { CurrentProject } from './current-project.svelte.ts';
import { Doubts } from './doubts.svelte.ts';
import { OnThisComputer, sweepCopiesOf } from './on-this-computer.svelte.ts';
import { ProjectNames } from './project-names.svelte.ts';
import { Session } from './session.svelte.ts';
import { Shortcuts } from './shortcuts.ts';

/** What every page may rely on. The root layout makes it once; components take it with `getShell()`. */
export type Shell = {
  session: Session;
  live: Live;
  current: CurrentProject;
  projectNames: ProjectNames;
  doubts: Doubts;
  onThisComputer: OnThisComputer;
  uploads: UploadQueue;
  toasts: Toasts;
  confirmation: Confirmation;
  appearance: Appearance;
  shortcuts: Shortcuts;
};

export const createShell = (): Shell => ({
  session: new Session({ onended: sweepCopiesOf, onsomebodyelse: () => location.reload() }),
  live: new Live(),
  current: new CurrentProject(),
  projectNames: new ProjectNames(),
  doubts: new Doubts(),
  onThisComputer: new OnThisComputer(),
  uploads: new UploadQueue(),
  toasts: new Toasts(),
  confirmation: new Confirmation(),
  appearance: new Appearance(),
  shortcuts: new Shortcuts(),
});

export const [getShell, setShell] = createContext<Shell>();
