import { getMarkRange, type Editor } from '@tiptap/core';

export type LinkAt = {
  /** Where it leads; '' where there is no link. */
  address: string;
  /** The words of the link, or what is selected. */
  text: string;
  /** Some text is selected, or in a link already: its words stay as they are. */
  selected: boolean;
};

/** The link at the cursor, or what a new one would be made of. */
export function linkAt(editor: Editor): LinkAt {
  const { doc, selection, schema } = editor.state;
  const type = schema.marks['link'];
  const range = type && getMarkRange(selection.$from, type);
  const { from, to } = range ?? selection;
  const address: unknown = editor.getAttributes('link')['href'];
  return {
    address: typeof address === 'string' ? address : '',
    text: doc.textBetween(from, to, ' '),
    selected: from !== to,
  };
}

/** Links the selection, the link at the cursor anew, or, with `text`, words that are put in. */
export function setLink(editor: Editor, { address, text }: { address: string; text: string | null }): void {
  const chain = editor.chain().focus();
  if (text === null) chain.extendMarkRange('link').setLink({ href: address }).run();
  else chain.insertContent({ type: 'text', text, marks: [{ type: 'link', attrs: { href: address } }] }).run();
}

export function removeLink(editor: Editor): void {
  editor.chain().focus().extendMarkRange('link').unsetLink().run();
}

/**
 * An address as it can be opened: `example.org` gets its scheme, and `ada@example.org` too. Null for what is no web or
 * mail address, like scripts.
 */
export function safeAddress(typed: string): string | null {
  const address = typed.trim();
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  const full =
    scheme !== undefined && !/^[^/]*:\d+(\/|$)/.test(address)
      ? address
      : /^[^\s/@]+@[^\s/@]+$/.test(address)
        ? `mailto:${address}`
        : `https://${address}`;
  if (!/^(https?:\/\/[^\s/]+|mailto:[^\s@]+@[^\s@]+)/i.test(full) || /\s/.test(full)) return null;
  return URL.canParse(full) ? full : null;
}
