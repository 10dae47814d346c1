import type { Schema } from '@tiptap/pm/model';
import * as Y from 'yjs';

/** What a fence looks at: the part of a ProseMirror schema that says which names exist. */
type Names = Pick<Schema, 'nodes' | 'marks'>;

/**
 * The binding between Yjs and the editor deletes, for everybody, what the editor's schema does not know. So each piece
 * of content is looked at before the editor sees it.
 * Calls `onunknown` once, at the first node or mark without a name here; returns its clean-up.
 */
export function guardSchema(fragment: Y.XmlFragment, names: Names, onunknown: () => void): () => void {
  if (!knowsAll(fragment, names)) {
    onunknown();
    return () => {};
  }
  const look = (events: Y.YEvent<Y.AbstractType<unknown>>[]) => {
    if (events.every((event) => knowsChange(event, names))) return;
    stop();
    onunknown();
  };
  const stop = () => fragment.unobserveDeep(look);
  fragment.observeDeep(look);
  return stop;
}

function knowsChange(event: Y.YEvent<Y.AbstractType<unknown>>, names: Names): boolean {
  if (event.target instanceof Y.XmlText) return knowsAll(event.target, names);
  return [...event.changes.added].every(
    ({ content }) => !(content instanceof Y.ContentType) || knowsAll(content.type, names),
  );
}

function knowsAll(type: unknown, names: Names): boolean {
  if (type instanceof Y.XmlText) {
    const pieces: { attributes?: Record<string, unknown> }[] = type.toDelta();
    return pieces.every(({ attributes = {} }) =>
      Object.keys(attributes).every((mark) => markName(mark) in names.marks),
    );
  }
  if (type instanceof Y.XmlElement && !(type.nodeName in names.nodes)) return false;
  if (type instanceof Y.XmlFragment) return type.toArray().every((child) => knowsAll(child, names));
  return true;
}

/** Marks that may overlap themselves carry a hash after their name. */
const markName = (attribute: string) => attribute.split('--')[0] ?? attribute;
