import { File } from 'node:buffer';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { bodyField } from '@cobench/shared/realtime/collab';
import { documentExtensions } from '@cobench/shared/editor/schema';
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Toasts } from '#lib/ui/toasts.svelte.ts';
import { answers } from '../../../test/answers.ts';
import { FakeUploads } from '../../../test/fake-uploads.ts';
import { aFile as aStoredFile } from '../../../test/files.ts';
import { drawPlaceholder } from './draw-placeholder.ts';
import { FilePlaces } from './file-places.ts';
import { senderTo } from './file-sender.ts';
import { FilesUnderWay } from './files-under-way.ts';

const ada = { personId: 'ada', organisationId: 'acme' };
const target = { projectId: 'project', attachTo: { kind: 'entry', id: 'entry' } } as const;
/** One that can be kept on a disk, which those of jsdom cannot. */
const aFile = (name: string) => new File([name], name, { type: 'text/csv' }) as unknown as globalThis.File;
const fileId = '0192a0b4-7c00-7000-8000-00000000000a';

/** One page of Ada with the entry open. `doc`: what her browser and the server have of it. */
function aPage(server: FakeUploads, kept: Uint8Array | null) {
  const doc = new Y.Doc();
  if (kept) Y.applyUpdate(doc, kept);
  const uploads = server.open();
  const leaveQueue = uploads.keepFor(ada);
  const toasts = new Toasts();
  const files = new FilesUnderWay(() => senderTo({ uploads, toasts }, target));
  const collaboration = Collaboration.configure({ document: doc, field: bodyField });
  const places = FilePlaces.configure({ draw: drawPlaceholder(files) });
  const editor = new Editor({ extensions: [...documentExtensions(), collaboration, places] });
  document.body.append(editor.view.dom);
  const detach = files.attach(editor);
  const end = files.takeUp({ certain: true });
  /** Closes the page; answers what is known of the document then. */
  const leave = () => {
    const state = Y.encodeStateAsUpdate(doc);
    end();
    detach();
    editor.destroy();
    leaveQueue();
    return state;
  };
  onTestFinished(() => void (editor.isDestroyed || leave()));
  return { doc, uploads, files, editor, toasts, leave };
}

type OpenPage = ReturnType<typeof aPage>;
const shapeOf = ({ editor: { state } }: OpenPage) =>
  state.doc
    .toString()
    .replaceAll('paragraph', 'p')
    .replace(/^doc\(|\)$/g, '');
const waitingIn = ({ editor }: OpenPage) =>
  [...editor.view.dom.querySelectorAll('.file-waiting')].map((one) => one.getAttribute('aria-label'));
/** Its bytes and its place are on the disk. */
const isKept = async ({ uploads }: OpenPage) => {
  await expect.poll(() => uploads.items.every(({ kept }) => kept === 'blob')).toBe(true);
};

beforeEach(() => {
  // The fake server of uploads names files by their names.
  const files = ['a.csv', 'b.csv', 'c.csv'].map((name) => [
    `GET ${fileEndpoints.get.path.replace(':id', encodeURIComponent(`file ${name}`))}`,
    aStoredFile({ id: fileId, name }),
  ]);
  answers(Object.fromEntries(files));
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

test('what was on its way when the page was loaded again has its place, and is put in there once', async () => {
  const server = new FakeUploads();
  server.online = false;
  const before = aPage(server, null);
  before.editor.commands.setContent('<p>see there</p><p>end</p>');
  before.editor.commands.setTextSelection(5);
  before.files.add([aFile('a.csv'), aFile('b.csv')]);
  // What is written meanwhile moves it.
  before.editor.commands.insertContentAt(5, 'over ');
  before.editor.commands.insertContentAt(1, 'Now ');
  await isKept(before);
  const after = aPage(server, before.leave());
  await vi.waitFor(() => expect(waitingIn(after)).toEqual(['a.csv is being uploaded', 'b.csv is being uploaded']));
  after.editor.commands.insertContentAt(0, '<p>above</p>');
  server.mend();
  await vi.waitFor(() => expect(shapeOf(after)).toBe('p("above"), p("Now see ", file, file, "over there"), p("end")'));
  expect(waitingIn(after)).toEqual([]);
  const later = aPage(server, after.leave());
  await expect.poll(() => later.uploads.leads).toBe(true);
  expect(waitingIn(later)).toEqual([]);
});

test('what arrived while the document was closed is put in when it is opened again', async () => {
  const server = new FakeUploads();
  server.online = false;
  const before = aPage(server, null);
  before.editor.commands.setContent('<p>see there</p>');
  before.editor.commands.setTextSelection(5);
  before.files.add([aFile('a.csv')]);
  await isKept(before);
  const document = before.leave();
  const elsewhere = server.open();
  const leave = elsewhere.keepFor(ada);
  server.mend();
  await expect.poll(() => elsewhere.totals.done).toBe(1);
  elsewhere.clearDone();
  leave();
  const after = aPage(server, document);
  await vi.waitFor(() => expect(shapeOf(after)).toBe('p("see ", file, "there")'));
});

test('two tabs have the document open: the one that put the file in does it, and when it is gone the other', async () => {
  const server = new FakeUploads();
  server.online = false;
  const first = aPage(server, null);
  first.editor.commands.setContent('<p>see there</p>');
  first.editor.commands.setTextSelection(5);
  first.files.add([aFile('a.csv')]);
  await isKept(first);
  const second = aPage(server, Y.encodeStateAsUpdate(first.doc));
  await expect.poll(() => second.uploads.items.length).toBe(1);
  expect(waitingIn(second)).toEqual([]);
  first.leave();
  await vi.waitFor(() => expect(waitingIn(second)).toEqual(['a.csv is being uploaded']));
  server.mend();
  await vi.waitFor(() => expect(shapeOf(second)).toBe('p("see ", file, "there")'));
});

test('what is given up has no place any more', async () => {
  const server = new FakeUploads();
  server.online = false;
  const before = aPage(server, null);
  before.files.add([aFile('a.csv')]);
  await isKept(before);
  const document = before.leave();
  const elsewhere = server.open();
  const leave = elsewhere.keepFor(ada);
  await expect.poll(() => elsewhere.items.length).toBe(1);
  elsewhere.cancel();
  leave();
  const after = aPage(server, document);
  await expect.poll(() => after.uploads.leads).toBe(true);
  expect(await waitingAfterAWhile(after)).toEqual([]);
});

test('a place that is not in the text any more: it is said where the file is', async () => {
  const server = new FakeUploads();
  server.online = false;
  const before = aPage(server, null);
  before.editor.commands.setContent('<p>see there</p>');
  before.files.add([aFile('a.csv')]);
  await isKept(before);
  before.leave();
  // The changes of that page never came anywhere.
  const after = aPage(server, null);
  server.mend();
  await vi.waitFor(() =>
    expect(after.toasts.items.map(({ text }) => text)).toEqual([
      '“a.csv” is among the files of this entry: its place in the text is gone.',
    ]),
  );
  expect(shapeOf(after)).toBe('p');
});

/** The places of the disk have been read by then. */
async function waitingAfterAWhile(page: OpenPage): Promise<(string | null)[]> {
  await page.uploads.places.left('entry entry', () => {}, AbortSignal.timeout(5000));
  return waitingIn(page);
}
