import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { dice, type Dice } from '../../../test/collab/dice.ts';
import type { StructId } from './decode-update.ts';
import { originOf } from './run-table.ts';
import { StructIndex } from './struct-index.ts';

/** Client ids take up to 53 bits. */
const clients = [7, 4_300_000_000, Number.MAX_SAFE_INTEGER - 1];

/** People who write and delete at random places of a text and of nested nodes, and hear of each other now and then. */
function anHistory(seed: number): { updates: Uint8Array[]; doc: Y.Doc } {
  const { roll, pick } = dice(seed);
  const updates: Uint8Array[] = [];
  const docs = clients.map((client) => {
    const doc = new Y.Doc({ gc: true });
    doc.clientID = client;
    doc.on('update', (update: Uint8Array, origin: unknown) => origin === 'others' || updates.push(update));
    return doc;
  });
  for (let step = 0; step < 120; step++) {
    const doc = pick(docs);
    change(doc, roll);
    if (roll(4) === 0) for (const other of docs) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc), 'others');
  }
  const all = new Y.Doc({ gc: true });
  for (const doc of docs) Y.applyUpdate(all, Y.encodeStateAsUpdate(doc));
  return { updates, doc: all };
}

function change(doc: Y.Doc, roll: Dice['roll']): void {
  const text = doc.getText('t');
  const body = doc.getXmlFragment('body');
  switch (roll(5)) {
    case 0:
      if (text.length > 0) text.delete(roll(text.length), 1);
      return;
    case 1:
      body.insert(roll(body.length + 1), [new Y.XmlElement('p')]);
      return;
    case 2:
      if (body.length > 1) body.delete(roll(body.length), 1);
      return;
    case 3:
      doc.getMap('m').set(`key ${roll(3)}`, roll(100));
      return;
    default:
      text.insert(roll(text.length + 1), 'word '.slice(0, 1 + roll(5)));
  }
}

/** All that stands in a document, and what Yjs says of it; what is deleted it forgets or sums up. */
function thingsIn(doc: Y.Doc): { id: StructId; said: object }[] {
  const items = [...doc.store.clients.values()].flat().filter((struct) => struct instanceof Y.Item && !struct.deleted);
  return (items as Y.Item[]).map(({ id, origin, rightOrigin, content, parentSub }) => ({
    id: { client: id.client, clock: id.clock },
    said: {
      deleted: false,
      origin: idOf(origin),
      right: idOf(rightOrigin),
      isNode: content instanceof Y.ContentType,
      hasKey: parentSub !== null,
    },
  }));
}

function asTheIndexSays(index: StructIndex, id: StructId): object {
  const run = index.find(id)!;
  return {
    deleted: index.isDeleted(id),
    origin: originOf(run, id.clock),
    right: run.right,
    isNode: run.type >= 0,
    hasKey: run.key >= 0,
  };
}

const idOf = (id: Y.ID | null): StructId | null => id && { client: id.client, clock: id.clock };

/** The deleted characters of a text; what is in a deleted node, Yjs deletes by itself. */
const deletedIn = (doc: Y.Doc): StructId[] =>
  [...doc.store.clients.values()]
    .flat()
    .filter((struct) => struct instanceof Y.Item && struct.parent === doc.getText('t') && struct.deleted)
    .map(({ id }) => ({ client: id.client, clock: id.clock }));

describe.each([1, 2, 3, 4, 5])('a history, seed %i', (seed) => {
  const { updates, doc } = anHistory(seed);

  test.each([
    ['from its updates', () => StructIndex.from({ updates })],
    ['from its state', () => StructIndex.from({ state: Y.encodeStateAsUpdate(doc) })],
  ])('%s: the index says of each thing what Yjs says', (_how, make) => {
    const index = make();
    const vector = Y.decodeStateVector(index.stateVector());
    expect(vector).toEqual(Y.decodeStateVector(Y.encodeStateVector(doc)));
    expect(deletedIn(doc).filter((id) => !index.isDeleted(id))).toEqual([]);
    expect(thingsIn(doc).map(({ id }) => asTheIndexSays(index, id))).toEqual(thingsIn(doc).map(({ said }) => said));
  });
});
