import type { EditorState } from '@tiptap/pm/state';
import {
  absolutePositionToRelativePosition,
  relativePositionToAbsolutePosition,
  ySyncPluginKey,
} from '@tiptap/y-tiptap';
import type * as Y from 'yjs';

type Mapping = Parameters<typeof absolutePositionToRelativePosition>[2];
type Shared = { doc: Y.Doc; type: Y.XmlFragment; mapping: Mapping };

/**
 * Remembers places by what stands behind them in the shared document: changes of others may come many at once, as one
 * replacement that says nothing of what is in between.
 */
export class PlaceAnchors {
  #anchors = new Map<string, Y.RelativePosition>();

  /** To be called whenever what the editor shows has been written into the shared document. */
  hold(places: readonly { id: string; at: number }[], state: EditorState): void {
    const shared = sharedIn(state);
    this.#anchors = new Map(
      shared
        ? places.map(({ id, at }) => [id, absolutePositionToRelativePosition(at, shared.type, shared.mapping)])
        : [],
    );
  }

  /** Where a place is after others have changed the document; null where that cannot be told. */
  find(id: string, before: EditorState): number | null {
    const [shared, anchor] = [sharedIn(before), this.#anchors.get(id)];
    if (!shared || !anchor) return null;
    return relativePositionToAbsolutePosition(shared.doc, shared.type, anchor, shared.mapping);
  }
}

function sharedIn(state: EditorState): Shared | null {
  const found = ySyncPluginKey.getState(state) as
    { doc: Y.Doc; type: Y.XmlFragment; binding: { mapping: Mapping } | null } | undefined;
  return found?.binding ? { doc: found.doc, type: found.type, mapping: found.binding.mapping } : null;
}
