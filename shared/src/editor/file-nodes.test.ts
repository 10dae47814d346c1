import type { JSONContent } from '@tiptap/core';
import { describe, expect, test } from 'vitest';
import { bodyText } from './body-text.ts';
import { compareDocuments } from './compare.ts';
import { sideOf } from './compare-node.ts';
import { changeWords } from './compare-words.ts';
import { fileOf, imageOf } from './file-attributes.ts';
import { documentSchema, documentToMarkdown, markdownToDocument } from './markdown.ts';
import { plainNode, type DocNode } from './plain-node.ts';

const fileId = '0192a0b4-7c00-7000-8000-0123456789ab';
const otherId = '0192a0b4-7c00-7000-8000-ba9876543210';

const text = (words: string): DocNode => ({ type: 'text', text: words });
const paragraph = (...content: DocNode[]): DocNode => ({ type: 'paragraph', content });
const anImage = (attrs: object = {}, caption = ''): DocNode => ({
  type: 'image',
  attrs: { fileId, version: 2, name: 'wafer.png', alt: 'A wafer', width: 100, aspect: 1.5, ...attrs },
  ...(caption !== '' && { content: [text(caption)] }),
});
const aFile = (attrs: object = {}): DocNode => ({
  type: 'file',
  attrs: { fileId, version: 1, name: 'log.csv', size: 1024, ...attrs },
});
const doc = (...content: DocNode[]): DocNode => ({ type: 'doc', content });
const markdownOf = (document: DocNode) => documentToMarkdown(document as JSONContent);
const roundTrip = (document: DocNode) => markdownToDocument(markdownOf(document));
const ofUs = (markdown: string) => JSON.stringify(markdownToDocument(markdown)).match(/"type":"(image|file)"/g) ?? [];

describe('what a document says of an image is read strictly', () => {
  const { attrs } = anImage();

  test('an honest one is taken as it is', () => {
    expect(imageOf(attrs)).toEqual(attrs);
    expect(fileOf(aFile().attrs)).toEqual(aFile().attrs);
  });

  test.each([
    ['an address', { fileId: 'https://evil.example/x.png' }],
    ['a script', { fileId: 'javascript:alert(1)' }],
    ['a path', { fileId: `../../${fileId}` }],
    ['an id with more after it', { fileId: `${fileId}?as=inline` }],
    ['an id in a list', { fileId: [fileId] }],
    ['no id', { fileId: null }],
    ['a version that is no number', { version: '2' }],
    ['version 0', { version: 0 }],
    ['half a version', { version: 1.5 }],
    ['a version beyond all', { version: 1e12 }],
  ])('%s is no file', (_what, hostile) => {
    expect(imageOf({ ...attrs, ...hostile })).toBeNull();
    expect(fileOf({ ...aFile().attrs, ...hostile })).toBeNull();
    expect(markdownOf(doc(anImage(hostile, 'caption')))).toBe('caption');
    expect(bodyText(doc(paragraph(aFile(hostile))))).toBe('');
  });

  test.each([
    [{ width: 1e9 }, { width: 100 }],
    [{ width: '50%' }, { width: 100 }],
    [{ width: -1 }, { width: 100 }],
    [{ aspect: 'url(x)' }, { aspect: null }],
    [{ aspect: Number.NaN }, { aspect: null }],
    [{ aspect: 0 }, { aspect: null }],
    [{ alt: { toString: 'x' } }, { alt: '' }],
    [{ name: 'a\u202Egnp.exe\nb' }, { name: 'a gnp.exe b' }],
    [{ alt: 'x'.repeat(1_000_000) }, { alt: 'x'.repeat(500) }],
    [{ name: 'x'.repeat(1_000_000) }, { name: 'x'.repeat(255) }],
  ])('what only concerns its look falls back to the usual: %o', (hostile, read) => {
    expect(imageOf({ ...attrs, ...hostile })).toEqual({ ...attrs, ...read });
  });

  test('nothing else is carried along', () => {
    expect(imageOf({ ...attrs, src: 'https://evil.example', onerror: 'alert(1)' })).toEqual(attrs);
  });
});

describe('images and files in markdown', () => {
  test('say where they are to people, and read back', () => {
    const document = doc(
      paragraph(text('Before, see '), aFile(), text('.')),
      anImage({ width: 60 }, 'After 30 s'),
      paragraph(text('after')),
    );
    expect(markdownOf(document)).toBe(
      [
        `Before, see [log.csv](/data/${fileId}?version=1&size=1024).`,
        `![A wafer](/data/${fileId}?version=2&name=wafer.png&width=60&aspect=1.5 "After 30 s")`,
        'after',
      ].join('\n\n'),
    );
    expect(roundTrip(document)).toEqual(document);
  });

  test('what is as usual is not said', () => {
    expect(markdownOf(doc(anImage({ name: '', alt: '', aspect: null })))).toBe(`![](/data/${fileId}?version=2)`);
  });

  test.each([
    `a [link](/data/${fileId}) to the page of a file`,
    `[x](/data/${fileId}?version=0)`,
    `[x](/data/not-an-id?version=1)`,
    `[x](https://evil.example/data/${fileId}?version=1)`,
    `![x](https://evil.example/data/${fileId}?version=1)`,
    `![x](//evil.example/data/${fileId}?version=1)`,
    '![x](javascript:alert(1))',
    '![x](data:image/svg+xml;base64,PHN2Zz4=)',
    `![x](/data/${fileId}?version=1e400)`,
    `![x](/data/../api/v1/files/${fileId}?version=1)`,
    `\`![x](/data/${fileId}?version=1)\``,
    `    ![x](/data/${fileId}?version=1)`,
  ])('not taken for one of ours: %s', (markdown) => {
    expect(ofUs(markdown)).toEqual([]);
  });

  test('an image from elsewhere becomes a link, and nothing that is not', () => {
    const [line] = markdownToDocument('![a chart](https://example.org/chart.png)').content ?? [];
    expect(line).toMatchObject({ type: 'paragraph', content: [{ text: 'a chart', marks: [{ type: 'link' }] }] });
    const script = JSON.stringify(markdownToDocument('see ![x](javascript:alert(1)) and ![y](data:text/html,z)'));
    expect(script).not.toMatch(/javascript|data:/);
    expect(script).toContain('see x and y');
  });

  test('an image within a line cuts the line; one in a list or a link stays whole', () => {
    const image = `![A wafer](/data/${fileId}?version=2&name=wafer.png&aspect=1.5 "Cap")`;
    const kinds = (markdown: string) => documentSchema.nodeFromJSON(markdownToDocument(markdown)).toString();
    const figure = 'image("Cap")';
    expect(kinds(`before ${image} *after*`)).toBe(`doc(paragraph("before"), ${figure}, paragraph(italic("after")))`);
    expect(kinds(`${image}${image}`)).toBe(`doc(${figure}, ${figure})`);
    expect(kinds(`# ${image}`)).toBe(`doc(${figure})`);
    expect(kinds(`- ${image}`)).toBe(`doc(bulletList(listItem(paragraph, ${figure})))`);
    expect(kinds(`- [ ] ${image}`)).toBe(`doc(taskList(taskItem(paragraph, ${figure})))`);
    expect(kinds(`[${image}](https://example.org)`)).toMatch(/^doc\(/);
    expect(kinds(`> ${image}`)).toBe(`doc(blockquote(${figure}))`);
    expect(kinds(`| a |\n|---|\n| x ${image} |`)).toContain(`tableCell(paragraph("x"), ${figure})`);
  });
});

describe('[RT36] images and files in documents of any shape', () => {
  const seeds = Array.from({ length: 300 }, (_, index) => index + 1);

  test.each(seeds)('read back from markdown as they were, seed %i', (seed) => {
    const document = aDocument(dice(seed));
    documentSchema.nodeFromJSON(document).check();
    expect(placed(roundTrip(document))).toEqual(placed(document));
  });

  test.each(seeds)('are on both sides of a comparison, seed %i', (seed) => {
    const roll = dice(seed);
    const [old, now] = [aDocument(roll), aDocument(roll)];
    const compared = compareDocuments(old, now);
    expect(sideOf(compared, 'old')).toEqual(plainNode(old));
    expect(sideOf(compared, 'new')).toEqual(plainNode(now));
  });
});

describe('a comparison says of images', () => {
  const fates = (old: DocNode, now: DocNode) =>
    compareDocuments(old, now).content?.map(({ type, change, ...rest }) => {
      const words = changeWords({ type, ...rest });
      return `${change} ${type}${words === null ? '' : `: ${words}`}`;
    });

  test.each([
    ['one more', doc(paragraph(text('a'))), doc(paragraph(text('a')), anImage()), ['kept paragraph', 'added image']],
    ['one less', doc(anImage(), paragraph(text('a'))), doc(paragraph(text('a'))), ['removed image', 'kept paragraph']],
    ['another', doc(anImage()), doc(anImage({ fileId: otherId })), ['removed image', 'added image']],
    ['a newer version', doc(anImage()), doc(anImage({ version: 3 })), ['kept image: version was 2']],
    ['another width', doc(anImage()), doc(anImage({ width: 50 })), ['kept image: width was 100 %']],
    ['a description', doc(anImage()), doc(anImage({ alt: 'B' })), ['kept image: description was A wafer']],
  ])('%s', (_what, old, now, expected) => {
    expect(fates(old, now)).toEqual(expected);
  });

  test('which words of a caption changed', () => {
    const [image] = compareDocuments(doc(anImage({}, 'after 30 s')), doc(anImage({}, 'after 45 s'))).content ?? [];
    expect(image?.content?.map(({ change, text: words }) => `${change} ${words}`)).toEqual([
      'kept after ',
      'removed 30',
      'added 45',
      'kept  s',
    ]);
  });
});

test('captions, descriptions and names are found by a search', () => {
  const document = doc(paragraph(text('see '), aFile(), text(' there')), anImage({}, 'After the etch'));
  expect(bodyText(document)).toBe('see log.csv there\nA wafer\nwafer.png\nAfter the etch');
});

/** Each image and file, and the text beside it, with the kinds of blocks around it. */
function placed(document: unknown): string[] {
  const found: string[] = [];
  documentSchema.nodeFromJSON(document).descendants((node, _at, parent) => {
    if (node.type.name === 'image' || node.isInline) found.push(`${parent?.type.name} > ${JSON.stringify(node)}`);
    return node.type.name !== 'image';
  });
  return found;
}

type Roll = (sides: number) => number;

function dice(seed: number): Roll {
  let state = seed * 2654435761;
  return (sides) => {
    state = Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917;
    return ((state ^ (state >>> 13)) >>> 0) % sides;
  };
}

const pieces = [
  'etch',
  '31.8',
  '日本',
  '👩‍🔬',
  '[',
  ']',
  '(',
  ')',
  '\\',
  '"',
  '|',
  '`',
  '*',
  '_',
  '$',
  '<b>',
  '&',
  '#',
  '!',
];

/** Words as people never write them, without spaces at the ends. */
const someWords = (roll: Roll, most = 5): string =>
  Array.from({ length: roll(most) }, () => pieces[roll(pieces.length)] ?? '').join(roll(2) === 0 ? ' ' : '');

function aDocument(roll: Roll): DocNode {
  const image = () =>
    anImage(
      {
        fileId: roll(2) === 0 ? fileId : otherId,
        version: 1 + roll(3),
        name: someWords(roll),
        alt: someWords(roll),
        width: 10 + roll(91),
        aspect: roll(3) === 0 ? null : (1 + roll(400)) / 100,
      },
      someWords(roll),
    );
  const file = () =>
    aFile({ version: 1 + roll(3), name: `x${someWords(roll)}`, size: roll(3) === 0 ? null : roll(99_999) });
  const line = () => paragraph(text('see '), file(), ...(roll(2) === 0 ? [text(' and '), file()] : [text(' there')]));
  const cell = (type: string, ...content: DocNode[]): DocNode => ({ type, content });
  const block = (): DocNode => {
    switch (roll(6)) {
      case 0:
      case 1:
        return image();
      case 2:
        return { type: 'blockquote', content: [line(), image()] };
      case 3:
        return {
          type: 'bulletList',
          content: [{ type: 'listItem', content: [line(), image()] }],
        };
      case 4:
        return {
          type: 'table',
          content: [
            { type: 'tableRow', content: [cell('tableHeader', line())] },
            { type: 'tableRow', content: [cell('tableCell', line())] },
          ],
        };
      default:
        return line();
    }
  };
  return doc(paragraph(text('first')), ...Array.from({ length: 1 + roll(5) }, block));
}
