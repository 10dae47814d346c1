import type { EditorState } from '@tiptap/pm/state';
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap';
import { decodeRelativePosition, encodeRelativePosition, type Doc, type RelativePosition, type XmlFragment } from 'yjs';

type Mapping = Parameters<typeof absolutePositionToRelativePosition>[2];
type Shared = { doc: Doc; type: XmlFragment; mapping: Mapping };

/**
 * Remembers places by what stands behind them in the shared document: changes of others may come many at once, as one
 * replacement that says nothing of what is in between.
 */
export class PlaceAnchors {
  #anchors = new Map<string, RelativePosition>();

  /** To be called whenever what the editor shows has been written into the shared document. */
  hold(places: readonly { id: string; at: number }[], state: EditorState): void {
    const shared = sharedIn(state);
    this.#anchors = new Map(shared ? places.map(({ id, at }) => [id, anchorAt(at, shared)]) : []);
  }

  /** Where a place is after others have changed the document; null where that cannot be told. */
  find(id: string, before: EditorState): number | null {
    const [shared, anchor] = [sharedIn(before), this.#anchors.get(id)];
    return shared && anchor ? placeOfAnchor(anchor, shared) : null;
  }
}

/** A place as it can be kept, and found again in the same document by another page. */
export function keptAt(at: number, state: EditorState): Uint8Array | null {
  const shared = sharedIn(state);
  return shared && encodeRelativePosition(anchorAt(at, shared));
}

/** Where a kept place is; null where what it stood beside is not in this document, or not yet. */
export function foundAt(kept: Uint8Array, state: EditorState): number | null {
  const shared = sharedIn(state);
  return shared && placeOfAnchor(decodeRelativePosition(kept), shared);
}

const anchorAt = (at: number, { type, mapping }: Shared): RelativePosition =>
  absolutePositionToRelativePosition(at, type, mapping);

const placeOfAnchor = (anchor: RelativePosition, { doc, type, mapping }: Shared): number | null =>
  relativePositionToAbsolutePosition(doc, type, anchor, mapping);

function sharedIn(state: EditorState): Shared | null {
  const found = ySyncPluginKey.getState(state) as
    { doc: Doc; type: XmlFragment; binding: { mapping: Mapping } | null } | undefined;
  return found?.binding ? { doc: found.doc, type: found.type, mapping: found.binding.mapping } : null;
}
