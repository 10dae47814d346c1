import { Extension } from '@tiptap/core';
import { isChangeOrigin } from '@tiptap/extension-collaboration';
import { Plugin, PluginKey, type EditorState, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { PlaceAnchors } from './place-anchors.ts';

/** Where something will stand in the document once it has arrived. */
type Place = { id: string; at: number };
type Change = { add: Place } | { remove: string };

const key = new PluginKey<readonly Place[]>('filePlaces');

/** What stands in a place until then: an element, and what to do when it goes. */
export type Draw = (id: string) => { dom: HTMLElement; destroy: () => void };

/**
 * Keeps the places of what is on its way, wherever the text around them goes. They are this tab's alone: nothing of them is
 * in the document.
 */
export const FilePlaces = Extension.create<{ draw: Draw }>({
  name: 'filePlaces',
  addOptions: () => ({ draw: () => ({ dom: document.createElement('span'), destroy: () => {} }) }),
  addProseMirrorPlugins() {
    const { draw } = this.options;
    const anchors = new PlaceAnchors();
    return [
      new Plugin<readonly Place[]>({
        key,
        state: {
          init: () => [],
          apply: (transaction, places, before) => changed(moved(places, { transaction, before, anchors }), transaction),
        },
        props: { decorations: (state) => decorations(state, draw) },
        view: () => ({ update: ({ state }) => anchors.hold(key.getState(state) ?? [], state) }),
      }),
    ];
  },
});

type Move = { transaction: Transaction; before: EditorState; anchors: PlaceAnchors };

function moved(places: readonly Place[], { transaction, before, anchors }: Move): readonly Place[] {
  if (!transaction.docChanged) return places;
  const change = transaction.getMeta(key) as Change | undefined;
  // What has arrived stands before those that were put in after it, and after those before.
  const arrived = change && 'remove' in change ? places.findIndex(({ id }) => id === change.remove) : -1;
  return places.map((place, index) => {
    const at = transaction.mapping.map(place.at, arrived >= 0 && index > arrived ? 1 : -1);
    const anchored = isChangeOrigin(transaction) ? anchors.find(place.id, before) : null;
    return { ...place, at: Math.min(anchored ?? at, transaction.doc.content.size) };
  });
}

function changed(places: readonly Place[], transaction: Transaction): readonly Place[] {
  const change = transaction.getMeta(key) as Change | undefined;
  if (change === undefined) return places;
  return 'add' in change ? [...places, change.add] : places.filter(({ id }) => id !== change.remove);
}

function decorations(state: EditorState, draw: Draw): DecorationSet {
  const widgets = (key.getState(state) ?? []).map(({ id, at }) => {
    let destroy = () => {};
    const toDOM = () => {
      const drawn = draw(id);
      ({ destroy } = drawn);
      return drawn.dom;
    };
    return Decoration.widget(at, toDOM, {
      key: id,
      side: -1,
      ignoreSelection: true,
      stopEvent: () => true,
      destroy: () => destroy(),
    });
  });
  return DecorationSet.create(state.doc, widgets);
}

export const placeOf = (state: EditorState, id: string): number | null =>
  key.getState(state)?.find((place) => place.id === id)?.at ?? null;

export const addPlace = (transaction: Transaction, place: Place): Transaction =>
  transaction.setMeta(key, { add: place } satisfies Change);

export const removePlace = (transaction: Transaction, id: string): Transaction =>
  transaction.setMeta(key, { remove: id } satisfies Change);
