import FolderPlus from '@lucide/svelte/icons/folder-plus';
import Microscope from '@lucide/svelte/icons/microscope';
import Moon from '@lucide/svelte/icons/moon';
import Plus from '@lucide/svelte/icons/plus';
import Settings from '@lucide/svelte/icons/settings';
import Sun from '@lucide/svelte/icons/sun';
import Trash from '@lucide/svelte/icons/trash';
import Upload from '@lucide/svelte/icons/upload';
import BookOpen from '@lucide/svelte/icons/book-open';
import { goto } from '$app/navigation';
import { startEntry } from '#lib/features/notebook/start-entry.ts';
import type { Command } from '#lib/features/palette/command.ts';
import { problemOf } from '#lib/api/problem.ts';
import { destinations } from '#lib/shell/navigation.ts';
import { paths } from '#lib/shell/paths.ts';
import type { Shell } from '#lib/shell/shell.ts';
import { pickFiles } from '#lib/uploads/pick-files.ts';

/** What the command palette offers to this person here: only what their role allows. */
export function commandsFor(shell: Shell): Command[] {
  const { session } = shell;
  const go = (href: string) => () => void goto(href);
  const pages = destinations
    .filter(({ needs }) => needs === undefined || session.may(needs))
    .map(({ label, href, icon, keys }): Command => ({ id: href, label, icon, keys, words: 'go to', run: go(href) }));
  return [
    ...newRecords(shell, go),
    ...pages,
    {
      id: paths.trash,
      label: 'Trash of data files',
      icon: Trash,
      words: 'go to restore deleted',
      run: go(paths.trash),
    },
    {
      id: paths.settings,
      label: 'Settings',
      icon: Settings,
      words: 'profile sessions density',
      run: go(paths.settings),
    },
    {
      id: paths.apiReference,
      label: 'API reference',
      icon: BookOpen,
      words: 'documentation help openapi',
      run: go(paths.apiReference),
    },
    themeCommand(shell),
  ];
}

function newRecords(shell: Shell, go: (href: string) => () => void): Command[] {
  const { session, current } = shell;
  const projectId = current.id;
  const offered: (Command | false)[] = [
    session.may('entry.create') &&
      projectId !== null && {
        id: 'new-entry',
        label: 'New entry',
        hint: current.project?.name,
        icon: Plus,
        words: 'create write',
        run: () => void openNewEntry(shell, projectId),
      },
    session.may('file.upload') &&
      projectId !== null && {
        id: 'upload-files',
        label: 'Upload files',
        hint: current.project?.name,
        icon: Upload,
        words: 'data new add',
        run: () => void uploadFiles(shell, projectId),
      },
    session.may('project.create') && {
      id: 'new-project',
      label: 'New project',
      icon: FolderPlus,
      words: 'create',
      run: go(`${paths.projects}?new=1`),
    },
    session.may('instrument.create') && {
      id: 'new-instrument',
      label: 'Register instrument',
      icon: Microscope,
      words: 'create new',
      run: go(`${paths.instruments}?new=1`),
    },
  ];
  return offered.filter((command) => command !== false);
}

async function uploadFiles({ uploads }: Shell, projectId: string): Promise<void> {
  const files = await pickFiles();
  if (files.length > 0) uploads.add(files, { projectId });
}

async function openNewEntry({ toasts }: Shell, projectId: string): Promise<void> {
  try {
    const entry = await startEntry(projectId);
    await goto(paths.entry(entry.id));
  } catch (error) {
    toasts.problem(problemOf(error).title);
  }
}

const themeCommand = ({ appearance }: Shell): Command => ({
  id: 'theme',
  label: appearance.dark ? 'Switch to the light theme' : 'Switch to the dark theme',
  icon: appearance.dark ? Sun : Moon,
  words: 'appearance mode',
  run: () => {
    appearance.theme = appearance.dark ? 'light' : 'dark';
  },
});
