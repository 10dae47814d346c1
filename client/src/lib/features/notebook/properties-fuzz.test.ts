import { fieldTypes } from '@cobench/shared/notebook/properties';
import { readProperties } from '@cobench/shared/notebook/read-properties';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { EntryProperties } from './entry-properties.svelte.ts';

type Tab = { doc: Y.Doc; properties: EntryProperties };
type Dice = (sides: number) => number;

function diceOf(seed: number): Dice {
  let state = seed * 2_654_435_761;
  return (sides) => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8) % sides;
}

/** One tab gets what another has. */
const hear = ({ doc }: Tab, from: Tab): void =>
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(doc)));

/** Something that a person may do on the page. */
function act({ properties }: Tab, dice: Dice): void {
  const { tags, fields } = properties.now.properties;
  const field = fields[dice(fields.length)];
  const id = field?.id ?? 'nobody';
  const word = `${['a', 'B', '🧪', '3,5', '2026-11-21'][dice(5)]}${dice(4)}`;
  const acts = [
    () => properties.title.insert(dice(properties.title.length + 1), word),
    () => properties.title.length > 0 && properties.title.delete(dice(properties.title.length), 1),
    () => properties.addTag(word),
    () => properties.removeTag(tags[dice(tags.length)] ?? 'none'),
    () => properties.add({ type: fieldTypes[dice(6)] ?? 'text', name: word, options: [word] }),
    () => properties.setValue(id, word),
    () => properties.textOf(id)?.insert(0, word),
    () => properties.rename(id, word),
    () => properties.setUnit(id, word),
    () => properties.addOption(id, word),
    () => properties.removeOption(id, word),
    () => properties.move(id, dice(2) === 0 ? -1 : 1),
    () => properties.takeIn({ title: word, tags: [word], fields: field ? [field] : [] }),
    () => properties.undo(),
    () => properties.redo(),
    () => {
      const deleted = properties.remove(id);
      if (deleted && dice(2) === 0) properties.putBack(deleted);
    },
  ];
  acts[dice(acts.length)]?.();
}

test('[RT50] whatever three people do to properties at once, they end with the same, and read what the document says', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const dice = diceOf(seed);
    let serial = 0;
    const tabs = [0, 1, 2].map((client): Tab => {
      const doc = new Y.Doc();
      doc.clientID = seed * 10 + client;
      const properties = new EntryProperties(doc, () => `f${client}-${++serial}`);
      properties.follow();
      return { doc, properties };
    });
    for (let step = 0; step < 60; step++) {
      const [one, other] = [tabs[dice(3)]!, tabs[dice(3)]!];
      act(one, dice);
      if (dice(3) === 0) hear(one, other);
    }
    for (let round = 0; round < 2; round++) for (const one of tabs) for (const other of tabs) hear(one, other);
    const [first, ...rest] = tabs.map(({ properties }) => properties.now);
    for (const reading of rest) expect(reading, `seed ${seed}`).toEqual(first);
    expect(readProperties(tabs[0]!.doc), `seed ${seed}`).toEqual(first);
  }
});
