import { mergeAttributes, Node, type Attribute, type JSONContent, type MarkdownToken } from '@tiptap/core';
import { fileOf, imageOf, imageShare } from './file-attributes.ts';
import { readFile, readImage, writeFile, writeImage } from './file-markdown.ts';

type Element = { getAttribute(name: string): string | null };
type Reader = (attrs: unknown) => Readonly<Record<string, unknown>> | null;

/** The attributes of an element as they were written, numbers as numbers. */
function written(element: Element, numbers: readonly string[], texts: readonly string[]): Record<string, unknown> {
  const value = (name: string) => element.getAttribute(`data-${name}`);
  const number = (text: string | null) => (text === null || text === '' ? null : Number(text));
  return Object.fromEntries([
    ['fileId', value('file')],
    ...numbers.map((name) => [name, number(value(name))]),
    ...texts.map((name) => [name, value(name) ?? '']),
  ]);
}

const imageIn = (element: Element) => imageOf(written(element, ['version', 'width', 'aspect'], ['name', 'alt']));
const fileIn = (element: Element) => fileOf(written(element, ['version', 'size'], ['name']));

/** An attribute that is written into HTML, and read from there only together with the others. */
function attribute(name: string, usual: unknown, read: (element: Element) => ReturnType<Reader>): Attribute {
  return {
    default: usual,
    parseHTML: (element) => read(element)?.[name] ?? usual,
    renderHTML: (attrs) => (attrs[name] == null ? {} : { [`data-${name === 'fileId' ? 'file' : name}`]: attrs[name] }),
  };
}

type Figure = { querySelector(selector: string): unknown; ownerDocument: { createElement(name: string): unknown } };

/** The caption of a figure; an empty one where it has none. Elements have no type here: the server knows none. */
const captionOf = (figure: Figure) =>
  (figure.querySelector('figcaption') ?? figure.ownerDocument.createElement('figcaption')) as never;

/**
 * An image of the catalogue on lines of its own, with a caption that several people can write at once. It names a version
 * of a file; its bytes come from there, and the right to see them is asked each time.
 */
export const Image = Node.create({
  name: 'image',
  group: 'block',
  content: 'text*',
  marks: '',
  // A caption has no headings, lists or equations: what looks like markdown in it stays as it was typed.
  code: true,
  whitespace: 'normal',
  defining: true,
  isolating: true,
  draggable: true,
  addAttributes: () => ({
    fileId: attribute('fileId', null, imageIn),
    version: attribute('version', null, imageIn),
    name: attribute('name', '', imageIn),
    alt: attribute('alt', '', imageIn),
    width: attribute('width', imageShare.most, imageIn),
    aspect: attribute('aspect', null, imageIn),
  }),
  parseHTML: () => [
    {
      tag: 'figure[data-type="image"]',
      contentElement: captionOf,
      getAttrs: (element) => (imageIn(element) === null ? false : null),
    },
  ],
  renderHTML: ({ HTMLAttributes }) => [
    'figure',
    mergeAttributes(HTMLAttributes, { 'data-type': 'image' }),
    ['figcaption', 0],
  ],
  markdownTokenizer: {
    name: 'image',
    level: 'inline',
    start: (source) => source.indexOf('!['),
    tokenize(source) {
      const found = readImage(source);
      return found ? { type: 'image', raw: found.raw, ours: found } : undefined;
    },
  },
  parseMarkdown(token) {
    const ours = token['ours'] as ReturnType<typeof readImage> | undefined;
    if (!ours) return foreign(token);
    const { attrs, caption } = ours;
    return { type: 'image', attrs, ...(caption !== '' && { content: [{ type: 'text', text: caption }] }) };
  },
  renderMarkdown({ attrs, content }) {
    const caption = (content ?? []).map(({ text }) => text ?? '').join('');
    const image = imageOf(attrs);
    // What names no file has nothing to show: what was said of it stays.
    return image ? writeImage(image, caption) : caption;
  },
});

/** An image from somewhere else is never fetched by us: it becomes a link where it leads to a web page. */
function foreign({ href, text }: MarkdownToken): JSONContent {
  const address = typeof href === 'string' && /^https?:\/\//i.test(href) ? href : null;
  const words = typeof text === 'string' && text.trim() !== '' ? text : (address ?? 'image');
  return address === null
    ? { type: 'text', text: words }
    : { type: 'text', text: words, marks: [{ type: 'link', attrs: { href: address } }] };
}

/** A version of a file of the catalogue in a line of text. */
export const File = Node.create({
  name: 'file',
  group: 'inline',
  inline: true,
  atom: true,
  draggable: true,
  addAttributes: () => ({
    fileId: attribute('fileId', null, fileIn),
    version: attribute('version', null, fileIn),
    name: attribute('name', '', fileIn),
    size: attribute('size', null, fileIn),
  }),
  parseHTML: () => [
    { tag: 'span[data-type="file"]', getAttrs: (element) => (fileIn(element) === null ? false : null) },
  ],
  renderHTML: ({ node, HTMLAttributes }) => [
    'span',
    mergeAttributes(HTMLAttributes, { 'data-type': 'file' }),
    fileOf(node.attrs)?.name ?? '',
  ],
  markdownTokenizer: {
    name: 'file',
    level: 'inline',
    start: (source) => source.indexOf('['),
    tokenize(source) {
      const found = readFile(source);
      return found ? { type: 'file', raw: found.raw, attrs: found.attrs } : undefined;
    },
  },
  parseMarkdown: ({ attrs }) => ({ type: 'file', attrs }),
  renderMarkdown({ attrs }) {
    const file = fileOf(attrs);
    return file ? writeFile(file) : '';
  },
});
