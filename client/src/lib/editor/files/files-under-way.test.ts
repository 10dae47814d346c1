import { fileEndpoints } from '@cobench/shared/files/endpoints';
import type { DataFile } from '@cobench/shared/files/file';
import type { Editor } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { twoWriters } from '../../../test/two-writers.ts';
import type { UploadState } from '#lib/uploads/upload-item.svelte.ts';
import { drawPlaceholder } from './draw-placeholder.ts';
import { FileInput } from './file-input.ts';
import { FilePlaces } from './file-places.ts';
import type { SentFile } from './file-sender.ts';
import { FilesUnderWay } from './files-under-way.ts';

const ids = ['a', 'b', 'c'].map((letter) => `0192a0b4-7c00-7000-8000-00000000000${letter}`);
const aFile = (name: string, type = 'image/png') => new File(['x'], name, { type });

/** What the server says of the files that have arrived. */
const arrived = (id: string, name: string, kind: DataFile['latest']['kind'] = 'image') => ({
  id,
  projectId: ids[0],
  name,
  folder: '',
  tags: [],
  description: '',
  versions: 1,
  attachments: [],
  revision: 0,
  createdAt: '2026-11-22T06:00:00Z',
  updatedAt: '2026-11-22T06:00:00Z',
  createdBy: ids[0],
  deletedAt: null,
  latest: {
    number: 1,
    size: 1024,
    sha256: 'a'.repeat(64),
    mediaType: 'image/png',
    kind,
    scan: 'unscanned',
    uploadedBy: { id: ids[0], name: 'Ada' },
    uploadedAt: '2026-11-22T06:00:00Z',
  },
});

type Upload = SentFile & { name: string; arrive: (id: string) => void; refuse: () => void };

/** Two people in one text; what the first one puts in is sent by hand. */
function bench() {
  const uploads: Upload[] = [];
  const send = ({ name }: File): SentFile => {
    const { promise: done, resolve, reject } = Promise.withResolvers<string>();
    done.catch(() => undefined);
    const item: { now: UploadState; sent: number; size: number; done: Promise<string> } = {
      now: { state: 'sending' },
      sent: 1,
      size: 2,
      done,
    };
    const refuse = () => reject(new Error('given up'));
    uploads.push({
      name,
      item,
      arrive: resolve,
      refuse,
      again: vi.fn<() => void>(),
      giveUp: vi.fn<() => void>(refuse),
      keep: () => ({ move: () => {}, settle: () => {}, release: () => {} }),
    });
    return uploads.at(-1)!;
  };
  const files = new FilesUnderWay(() => ({ send, left: async () => {} }));
  const { editors, deliver } = twoWriters((side) =>
    side === 0 ? [FilePlaces.configure({ draw: drawPlaceholder(files) }), FileInput.configure({ files })] : [],
  );
  const [mine, theirs] = editors as [Editor, Editor];
  document.body.append(mine.view.dom);
  files.attach(mine);
  const text = (html: string) => {
    mine.commands.setContent(html);
    deliver(1);
  };
  return { files, mine, theirs, deliver, uploads, text };
}

const shapeOf = ({ state }: Editor) =>
  state.doc
    .toString()
    .replaceAll('paragraph', 'p')
    .replace(/^doc\(|\)$/g, '');
const waiting = () => [...document.querySelectorAll('.file-waiting')].map((one) => one.getAttribute('aria-label'));
const names = ({ state }: Editor) => {
  const found: string[] = [];
  state.doc.descendants(({ attrs, type }) => {
    if (type.name === 'image' || type.name === 'file') found.push(String(attrs['name']));
  });
  return found;
};

beforeEach(() => {
  answers(
    Object.fromEntries(
      ids.map((id, at) => [`GET ${fileEndpoints.get.path.replace(':id', id)}`, arrived(id, `file ${at}.png`)]),
    ),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

test('a picture has its place in this tab alone until it has arrived, and then in the text of all', async () => {
  const { files, mine, theirs, deliver, uploads, text } = bench();
  text('<p>one</p><p>two</p>');
  mine.commands.setTextSelection(2);
  files.add([aFile('wafer.png')]);
  expect(waiting()).toEqual(['wafer.png is being uploaded']);
  expect(shapeOf(mine)).toBe('p("one"), p("two")');
  uploads[0]!.arrive(ids[0]!);
  await vi.waitFor(() => expect(shapeOf(mine)).toBe('p("one"), image, p("two")'));
  expect(waiting()).toEqual([]);
  deliver(1);
  expect(shapeOf(theirs)).toBe('p("one"), image, p("two")');
  expect(theirs.state.doc.child(1).attrs).toMatchObject({ fileId: ids[0], version: 1, name: 'file 0.png' });
});

test('its place goes with the text around it, whatever others and this person write meanwhile', async () => {
  const { files, mine, theirs, deliver, uploads, text } = bench();
  text('<p>one</p><p>two</p><p>three</p>');
  mine.commands.setTextSelection(7);
  files.add([aFile('wafer.png')]);
  theirs.commands.insertContentAt(0, '<p>before</p>');
  theirs.commands.insertContentAt(theirs.state.doc.content.size, '<p>after</p>');
  deliver(0);
  mine.commands.insertContentAt(1, 'ever ');
  deliver(1);
  // Even the line that it stands beside goes.
  const at = theirs.state.doc.child(0).nodeSize + theirs.state.doc.child(1).nodeSize;
  theirs.commands.deleteRange({ from: at, to: at + theirs.state.doc.child(2).nodeSize });
  deliver(0);
  uploads[0]!.arrive(ids[0]!);
  await vi.waitFor(() => expect(names(mine)).toEqual(['file 0.png']));
  deliver(1);
  for (const editor of [mine, theirs]) {
    expect(shapeOf(editor)).toBe('p("ever before"), p("one"), image, p("three"), p("after")');
  }
});

test('several stand in the order in which they were put in, whichever arrives first', async () => {
  const { files, mine, uploads, text } = bench();
  text('<p>one</p>');
  mine.commands.setTextSelection(4);
  files.add([aFile('a.png'), aFile('b.png'), aFile('c.png')]);
  for (const at of [2, 0, 1]) {
    uploads[at]!.arrive(ids[at]!);
    await vi.waitFor(() => expect(names(mine)).toContain(`file ${at}.png`));
  }
  expect(names(mine)).toEqual(['file 0.png', 'file 1.png', 'file 2.png']);
  // Who pasted at the end of a line goes on below.
  expect(shapeOf(mine)).toBe('p("one"), image, image, image, p');
  mine.commands.insertContent('on');
  expect(shapeOf(mine)).toBe('p("one"), image, image, image, p("on")');
});

test('undo takes out the picture, and nothing that was written around it', async () => {
  const { files, mine, uploads, text } = bench();
  text('<p>one</p>');
  mine.commands.insertContentAt(4, ' more');
  mine.commands.setTextSelection(2);
  files.add([aFile('wafer.png')]);
  uploads[0]!.arrive(ids[0]!);
  await vi.waitFor(() => expect(names(mine)).toHaveLength(1));
  mine.commands.insertContentAt(1, 'so ');
  mine.commands.undo();
  expect(shapeOf(mine)).toBe('p("one more"), image');
  mine.commands.undo();
  expect(shapeOf(mine)).toBe('p("one more")');
  mine.commands.redo();
  expect(names(mine)).toHaveLength(1);
});

test('a file stands in the line, and what turns out to be no picture becomes one', async () => {
  answers({
    [`GET ${fileEndpoints.get.path.replace(':id', ids[0]!)}`]: arrived(ids[0]!, 'log.csv', 'table'),
    [`GET ${fileEndpoints.get.path.replace(':id', ids[1]!)}`]: arrived(ids[1]!, 'fake.png', 'other'),
  });
  const { files, mine, uploads, text } = bench();
  text('<p>see there</p>');
  mine.commands.setTextSelection(5);
  files.add([aFile('log.csv', 'text/csv')]);
  files.add([aFile('fake.png')]);
  uploads.forEach(({ arrive }, at) => arrive(ids[at]!));
  await vi.waitFor(() => expect(names(mine)).toHaveLength(2));
  expect(shapeOf(mine)).toBe('p("see ", file, "there"), p(file)');
});

test('a failure is said in its place; trying again and removing are asked of the queue', async () => {
  const { files, mine, uploads, text } = bench();
  text('<p>one</p>');
  files.add([aFile('a.png'), aFile('b.png')]);
  const press = (name: string) =>
    document
      .querySelector<HTMLElement>(`[aria-label="${name}"]`)!
      .dispatchEvent(new MouseEvent('click', { bubbles: true }));
  press('Remove a.png');
  expect(uploads[0]!.giveUp).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(waiting()).toEqual(['b.png is being uploaded']));
  // It arrives, and what it is cannot be asked.
  answers({ [`GET ${fileEndpoints.get.path.replace(':id', ids[1]!)}`]: () => refusal('service.unavailable') });
  uploads[1]!.arrive(ids[1]!);
  await vi.waitFor(() => expect(document.body.textContent).toContain('It has arrived, but'));
  answers({ [`GET ${fileEndpoints.get.path.replace(':id', ids[1]!)}`]: arrived(ids[1]!, 'b.png') });
  press('Try again with b.png');
  await vi.waitFor(() => expect(names(mine)).toEqual(['b.png']));
});

test('given up in the list of uploads, it leaves the text too', async () => {
  const { files, uploads, text } = bench();
  text('<p>one</p>');
  files.add([aFile('a.png')]);
  uploads[0]!.refuse();
  await vi.waitFor(() => expect(waiting()).toEqual([]));
});

test('who may only read puts nothing in; who may no longer write is told', async () => {
  const { files, mine, uploads, text } = bench();
  text('<p>one</p>');
  files.add([aFile('a.png')]);
  mine.setEditable(false);
  files.add([aFile('b.png')]);
  expect(uploads).toHaveLength(1);
  uploads[0]!.arrive(ids[0]!);
  await vi.waitFor(() => expect(document.body.textContent).toContain('you may not write here any more'));
  expect(shapeOf(mine)).toBe('p("one"), p');
});

test('an editor that was closed gets nothing more', async () => {
  const { files, mine, uploads, text } = bench();
  text('<p>one</p>');
  files.add([aFile('a.png')]);
  files.attach(mine)();
  uploads[0]!.arrive(ids[0]!);
  await uploads[0]!.item.done;
  await Promise.resolve();
  expect(shapeOf(mine)).toBe('p("one"), p');
});

test.each([
  ['an empty line', '<p>one</p><p></p>', 6, 'p("one"), image, p'],
  ['the start of a line', '<p>one</p>', 1, 'image, p("one")'],
  ['the middle of a line', '<p>one</p>', 2, 'p("one"), image'],
  ['an item of a list', '<ul><li><p>one</p></li></ul>', 4, 'bulletList(listItem(p("one"), image))'],
  ['an empty item of a list', '<ul><li><p></p></li></ul>', 3, 'bulletList(listItem(p, image))'],
  ['a cell', '<table><tr><td><p>one</p></td></tr></table>', 5, 'table(tableRow(tableCell(p("one"), image)))'],
  ['code', '<pre><code>one</code></pre>', 2, 'codeBlock("one"), image'],
])('a picture that is pasted in %s', async (_where, html, at, expected) => {
  const { files, mine, uploads, text } = bench();
  text(html);
  mine.commands.setTextSelection(at);
  files.add([aFile('a.png')]);
  uploads[0]!.arrive(ids[0]!);
  await vi.waitFor(() => expect(names(mine)).toHaveLength(1));
  expect(shapeOf(mine)).toBe(expected);
});

test('a picture that is pasted while one is chosen stands after it, and a file in code in a line of its own', async () => {
  const { files, mine, uploads, text } = bench();
  text(
    `<figure data-type="image" data-file="${ids[2]}" data-version="1" data-name="old"></figure><pre><code>x</code></pre>`,
  );
  mine.view.dispatch(mine.state.tr.setSelection(NodeSelection.create(mine.state.doc, 0)));
  files.add([aFile('a.png')]);
  mine.commands.setTextSelection(4);
  files.add([aFile('log.csv', 'text/csv')]);
  answers({
    [`GET ${fileEndpoints.get.path.replace(':id', ids[0]!)}`]: arrived(ids[0]!, 'a.png'),
    [`GET ${fileEndpoints.get.path.replace(':id', ids[1]!)}`]: arrived(ids[1]!, 'log.csv', 'table'),
  });
  uploads.forEach(({ arrive }, index) => arrive(ids[index]!));
  await vi.waitFor(() => expect(names(mine)).toHaveLength(3));
  expect(shapeOf(mine)).toBe('image, image, codeBlock("x"), p(file)');
  expect(names(mine)).toEqual(['old', 'a.png', 'log.csv']);
});
