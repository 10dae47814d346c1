import { documentExtensions } from '@cobench/shared/editor/schema';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { Editor } from '@tiptap/core';
import { NodeSelection } from '@tiptap/pm/state';
import { fireEvent } from '@testing-library/svelte';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { CaptionKeys } from './caption-keys.ts';
import { FileViews } from './file-views.svelte.ts';

const id = '0192a0b4-7c00-7000-8000-0123456789ab';
const anImage = (attrs: object = {}, caption = '') => ({
  type: 'image',
  attrs: { fileId: id, version: 2, name: 'wafer.png', alt: 'A wafer', width: 60, aspect: 1.5, ...attrs },
  ...(caption !== '' && { content: [{ type: 'text', text: caption }] }),
});

function show(content: object | string, { editable = true } = {}) {
  const ondescribe = vi.fn<() => boolean>(() => true);
  const element = document.body.appendChild(document.createElement('div'));
  const extensions = [...documentExtensions(), FileViews.configure({ ondescribe }), CaptionKeys];
  const editor = new Editor({ element, extensions, editable, content });
  onTestFinished(() => editor.destroy());
  return { editor, ondescribe, element };
}
const picture = () => document.querySelector('img');
const press = (editor: Editor, key: string) =>
  editor.view.someProp('handleKeyDown', (handle) => handle(editor.view, new KeyboardEvent('keydown', { key })));
const shape = ({ state }: Editor) => state.doc.toString();

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

describe('an image', () => {
  test('is asked for by its ids alone, and has its place before it is there', () => {
    show({ type: 'doc', content: [anImage({ src: 'https://evil.example/x.png' }, 'After 30 s')] });
    expect(picture()!.getAttribute('src')).toBe(`/api/v1/files/${id}/image?version=2&width=1600`);
    expect(picture()!.getAttribute('srcset')).toContain(`/api/v1/files/${id}/image?version=2&width=320 320w`);
    expect([picture()!.alt, picture()!.getAttribute('loading'), picture()!.style.aspectRatio]).toEqual([
      'A wafer',
      'lazy',
      '1.5 / 1',
    ]);
    expect(document.querySelector('figure')!.style.width).toBe('60%');
    expect(document.querySelector('figcaption')!.textContent).toBe('After 30 s');
    expect(document.body.innerHTML).not.toContain('evil');
  });

  test.each([
    ['an address', { fileId: 'https://evil.example/x.png' }],
    ['a script', { fileId: 'javascript:alert(1)' }],
    ['a path out of ours', { fileId: `${id}/../../x` }],
    ['no version', { version: null }],
  ])('with %s for a file is no image, and stays in the document', (_what, hostile) => {
    const { editor } = show({ type: 'doc', content: [anImage(hostile, 'kept')] });
    expect(picture()).toBeNull();
    expect(document.body.textContent).toContain('This image names no file.');
    expect(document.querySelector('figure a')).toBeNull();
    expect(editor.getText()).toContain('kept');
  });

  test('of a page somewhere, or one that lies about its ids, is not taken from HTML', () => {
    const lying = `<figure data-type="image" data-file="javascript:alert(1)" data-version="1"><figcaption>x</figcaption></figure>`;
    const { editor } = show(
      `${lying}<figure><img src="https://evil.example/x.png"></figure><span data-type="file">y</span>`,
    );
    expect(shape(editor)).not.toMatch(/image|file/);
    expect(document.body.innerHTML).not.toContain('evil');
  });

  test('is copied with all that is said of it', () => {
    const { editor } = show({ type: 'doc', content: [anImage({}, 'Cap'), { type: 'paragraph' }] });
    const copy = show(editor.getHTML()).editor;
    expect(copy.getJSON()).toEqual(editor.getJSON());
  });

  test.each([
    ['missing or hidden', () => refusal('resource.missing'), 'was deleted, or you may not see it'],
    ['in the trash', () => aFile({ deletedAt: '2026-11-22T06:00:00Z' }), 'is in the trash'],
    ['in quarantine', () => aFile({}, { scan: 'waiting' }), 'in quarantine'],
    ['infected', () => aFile({}, { scan: 'infected' }), 'Malware was found'],
    ['no picture', () => aFile({}, { kind: 'pdf' }), 'There is no picture'],
    ['a server that is away', () => refusal('service.unavailable'), 'cannot be reached'],
  ])('that is %s says so', async (_what, answer, words) => {
    answers({ [`GET ${fileEndpoints.get.path.replace(':id', id)}`]: answer });
    show({ type: 'doc', content: [anImage()] });
    await fireEvent.error(picture()!);
    await vi.waitFor(() => expect(document.body.textContent).toContain(words));
    // What it shows is said all the same.
    expect(document.body.textContent).toContain('A wafer');
  });

  test('of an older version is judged by that version', async () => {
    answers({
      [`GET ${fileEndpoints.get.path.replace(':id', id)}`]: aFile({}, { number: 3 }),
      [`GET ${fileEndpoints.versions.path.replace(':id', id)}`]: { items: [version({ number: 3 })], nextCursor: null },
    });
    show({ type: 'doc', content: [anImage()] });
    await fireEvent.error(picture()!);
    await vi.waitFor(() => expect(document.body.textContent).toContain('This version of the image is not there'));
  });

  test('is tried again when the network is back', async () => {
    answers({ [`GET ${fileEndpoints.get.path.replace(':id', id)}`]: () => refusal('service.unavailable') });
    show({ type: 'doc', content: [anImage()] });
    await fireEvent.error(picture()!);
    await vi.waitFor(() => expect(picture()).toBeNull());
    await fireEvent(window, new Event('online'));
    await vi.waitFor(() => expect(picture()).not.toBeNull());
  });

  test('is widened, described and removed by keyboard', async () => {
    const { editor, ondescribe } = show({ type: 'doc', content: [anImage(), { type: 'paragraph' }] });
    const slider = document.querySelector('[role=slider]')!;
    await fireEvent.keyDown(slider, { key: 'ArrowRight' });
    expect(editor.state.doc.firstChild!.attrs['width']).toBe(70);
    await fireEvent.keyDown(slider, { key: 'Home' });
    expect(editor.state.doc.firstChild!.attrs['width']).toBe(10);
    expect(slider.getAttribute('aria-valuenow')).toBe('10');
    await fireEvent.click(document.querySelector('[aria-label$="Describe the image"]')!);
    expect(ondescribe).toHaveBeenCalledOnce();
    expect(editor.state.selection).toBeInstanceOf(NodeSelection);
    await fireEvent.click(document.querySelector('[aria-label="Remove the image"]')!);
    expect(shape(editor)).toBe('doc(paragraph)');
  });

  test('that is only read cannot be changed', async () => {
    const { editor } = show({ type: 'doc', content: [anImage()] }, { editable: false });
    await fireEvent.keyDown(document.querySelector('[role=slider]')!, { key: 'Home' });
    await fireEvent.click(document.querySelector('[aria-label="Remove the image"]')!);
    expect(editor.state.doc.firstChild!.attrs['width']).toBe(60);
  });
});

describe('a caption', () => {
  const inCaption = () => {
    const shown = show({ type: 'doc', content: [anImage({}, 'abc'), { type: 'paragraph' }] });
    shown.editor.commands.setTextSelection(2);
    return shown.editor;
  };

  test.each([
    ['a heading', (editor: Editor) => editor.commands.toggleHeading({ level: 1 })],
    ['code', (editor: Editor) => editor.commands.toggleCodeBlock()],
    ['plain text', (editor: Editor) => editor.commands.setParagraph()],
    ['nothing', (editor: Editor) => editor.commands.clearNodes()],
  ])('is never made %s: the image would be lost', (_what, command) => {
    const editor = inCaption();
    command(editor);
    expect(shape(editor)).toContain('image("abc")');
  });

  test('is left by Enter, and its image chosen by Backspace at its start', () => {
    const editor = inCaption();
    press(editor, 'Enter');
    editor.commands.insertContent('below');
    expect(shape(editor)).toBe('doc(image("abc"), paragraph("below"), paragraph)');
    editor.commands.setTextSelection(1);
    press(editor, 'Backspace');
    expect(editor.state.selection).toBeInstanceOf(NodeSelection);
    press(editor, 'Tab');
    editor.commands.insertContent('d');
    expect(shape(editor)).toContain('image("abcd")');
  });

  test('takes one line of text, whatever is pasted', () => {
    const editor = inCaption();
    editor.view.pasteText('# x **y**', new Event('paste') as ClipboardEvent);
    expect(shape(editor)).toContain('image("a# x **y**bc")');
  });
});

test('a file shows its name and size, and leads to its page and its bytes; one that names none leads nowhere', () => {
  const chip = (attrs: object) => ({
    type: 'doc',
    content: [
      {
        type: 'paragraph',
        content: [{ type: 'file', attrs: { fileId: id, version: 1, name: 'log.csv', size: 1234, ...attrs } }],
      },
    ],
  });
  const { element } = show(chip({}));
  expect(element.textContent).toContain('log.csv1.23 kB');
  expect([...element.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
    `/data/${id}?version=1`,
    `/api/v1/files/${id}/content?version=1`,
  ]);
  const hostile = show(chip({ fileId: 'javascript:alert(1)' })).element;
  expect(hostile.querySelector('a')).toBeNull();
});

const version = (over: object = {}) => ({
  number: 2,
  size: 1024,
  sha256: 'a'.repeat(64),
  mediaType: 'image/png',
  kind: 'image',
  scan: 'clean',
  uploadedBy: { id, name: 'Ada' },
  uploadedAt: '2026-11-22T06:00:00Z',
  ...over,
});
const aFile = (over: object = {}, latest: object = {}) => ({
  id,
  projectId: id,
  name: 'wafer.png',
  folder: '',
  tags: [],
  description: '',
  versions: 1,
  attachments: [],
  revision: 0,
  createdAt: '2026-11-22T06:00:00Z',
  updatedAt: '2026-11-22T06:00:00Z',
  createdBy: id,
  deletedAt: null,
  latest: version(latest),
  ...over,
});
