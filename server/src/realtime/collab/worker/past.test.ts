import { documentSchema, markdownToDocument } from '@cobench/shared/editor/markdown';
import { plainNode, type DocNode } from '@cobench/shared/editor/plain-node';
import type { HistoryNode } from '@cobench/shared/history/history-node';
import type { EntryField, Properties } from '@cobench/shared/notebook/properties';
import { readProperties } from '@cobench/shared/notebook/read-properties';
import { fillProperties, writeField } from '@cobench/shared/notebook/write-properties';
import { bodyField } from '@cobench/shared/realtime/collab';
import { prosemirrorJSONToYXmlFragment, updateYFragment, yXmlFragmentToProsemirrorJSON } from '@tiptap/y-tiptap';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { dice, type Dice } from '../../../../test/collab/dice.ts';
import type { LogRecord } from '../log.ts';
import { restoreOrigin } from '../origin.ts';
import { applyAsIs } from './apply.ts';
import { attribute } from './attribute.ts';
import { Past, quietMs } from './rebuild.ts';
import { restoreUpdate } from './restore.ts';
import { targetAt } from './target.ts';
import { stintsWithTitles } from './titles.ts';
import { versionsOf } from './versions.ts';

const bodyOf = (doc: Y.Doc): DocNode => {
  const { content } = yXmlFragmentToProsemirrorJSON(doc.getXmlFragment(bodyField)) as { content: DocNode[] };
  return plainNode({ type: 'doc', content: content.flat() });
};

/** People who type at random, each in a replica of their own that forgets what was deleted, and the log they make. */
class Laboratory {
  readonly records: LogRecord[] = [];
  readonly people: { id: string; doc: Y.Doc; unsent: Uint8Array[]; unheard: Uint8Array[] }[];
  readonly server = new Y.Doc();
  /** The body after each record. */
  readonly bodies: DocNode[] = [];
  at = Date.UTC(2026, 0, 1);

  constructor(names: readonly string[], seed = 1) {
    this.people = names.map((id, index) => {
      const doc = new Y.Doc();
      doc.clientID = 1 + ((seed * 7 + index * 5) % 13) * 100 + index;
      const person = { id, doc, unsent: [] as Uint8Array[], unheard: [] as Uint8Array[] };
      doc.on('update', (update: Uint8Array, origin: unknown) => {
        if (origin !== 'heard') person.unsent.push(update);
      });
      return person;
    });
  }

  /** What somebody made goes into the log, as one record. */
  flush(person: Laboratory['people'][number], sessionId: string | null = 'tab'): void {
    const parts = person.unsent.splice(0).map((update) => ({ personId: person.id, sessionId, update }));
    if (parts.length === 0) return;
    this.at += 1000;
    this.records.push({ seq: this.records.length + 1, at: new Date(this.at), parts });
    for (const { update } of parts) {
      applyAsIs(this.server, [update]);
      for (const other of this.people) if (other !== person) other.unheard.push(update);
    }
    this.bodies.push(bodyOf(this.server));
  }

  hear(person: Laboratory['people'][number]): void {
    for (const update of person.unheard.splice(0)) Y.applyUpdate(person.doc, update, 'heard');
  }

  past(): Past {
    const past = new Past();
    past.extend(this.records);
    return past;
  }
}

const beginning = [
  '# Plan',
  '',
  'Weigh the **wafer**.',
  '',
  '- [ ] etch',
  '',
  '| a | b |',
  '|---|---|',
  '| 1 | 2 |',
  '',
  'See [log.csv](/data/0192a0b4-7c00-7000-8000-0123456789ab?version=1&size=17).',
  '',
  '![wafer](/data/0192a0b4-7c00-7000-8000-0123456789ab?version=2&width=80&aspect=1.5 "After the etch")',
].join('\n');

/** One edit as the editor makes it: the whole body becomes another, and only the difference is written. */
function edit({ doc }: Laboratory['people'][number], roll: Dice): void {
  const fragment = doc.getXmlFragment(bodyField);
  const { content } = yXmlFragmentToProsemirrorJSON(fragment) as { content: DocNode[] };
  const json = { type: 'doc', content: content.flat().map((node) => changed(node, roll)) };
  if (json.content.length === 0 || roll.roll(6) === 0) {
    const text = roll.pick(['new words', 'rate 31.8', '👩‍🔬']);
    json.content.splice(roll.roll(json.content.length + 1), 0, {
      type: 'paragraph',
      content: [{ type: 'text', text }],
    });
  } else if (json.content.length > 3 && roll.roll(9) === 0) {
    json.content.splice(roll.roll(json.content.length), 1);
  }
  const node = documentSchema.nodeFromJSON(json);
  doc.transact(() => updateYFragment(doc, fragment, node, { mapping: new Map(), isOMark: new Map() }));
}

function changed(node: DocNode, roll: Dice): DocNode {
  if (node.text !== undefined) {
    const at = roll.roll(node.text.length + 1);
    switch (roll.roll(8)) {
      case 0:
        return { ...node, text: `${node.text.slice(0, at)}${roll.pick(['x', ' etch', '7'])}${node.text.slice(at)}` };
      case 1:
        return {
          ...node,
          text: node.text.length > 4 ? node.text.slice(0, at) + node.text.slice(at + 3) || 'y' : node.text,
        };
      case 2:
        return { ...node, marks: [{ type: roll.pick(['bold', 'italic']) }] };
      default:
        return node;
    }
  }
  const content = node.content?.map((child) => changed(child, roll));
  if (node.type === 'image' && roll.roll(4) === 0)
    return { ...node, attrs: { ...node.attrs, width: 10 * (1 + roll.roll(9)) }, content };
  if (node.type === 'heading' && roll.roll(5) === 0) return { ...node, attrs: { level: 1 + roll.roll(3) }, content };
  if (node.type === 'taskItem' && roll.roll(4) === 0)
    return { ...node, attrs: { checked: roll.roll(2) === 0 }, content };
  return { ...node, content };
}

function aHistory(seed: number, steps = 60): Laboratory {
  const roll = dice(seed);
  const laboratory = new Laboratory(['ada', 'max', 'eve'], seed);
  const [first] = laboratory.people;
  prosemirrorJSONToYXmlFragment(documentSchema, markdownToDocument(beginning), first!.doc.getXmlFragment(bodyField));
  laboratory.flush(first!, null);
  for (let step = 0; step < steps; step++) {
    const person = roll.pick(laboratory.people);
    if (roll.roll(3) > 0) laboratory.hear(person);
    if (person.unheard.length === 0 || step > 3) edit(person, roll);
    if (roll.roll(4) > 0) laboratory.flush(person);
  }
  for (const person of laboratory.people) laboratory.flush(person);
  return laboratory;
}

/** Every piece of text with who made it. */
const pieces = (node: HistoryNode): [string, number][] =>
  node.text === undefined ? (node.content ?? []).flatMap(pieces) : [[node.text, node.by]];

/** Every character that is there with the client that made it, as Yjs has them. */
function charactersOf(parent: Pick<Y.XmlFragment, '_start'>): [string, number][] {
  const found: [string, number][] = [];
  for (let item = parent._start; item; item = item.right) {
    if (item.deleted) continue;
    const { client } = item.id;
    if (item.content instanceof Y.ContentString)
      found.push(...item.content.str.split('').map((one): [string, number] => [one, client]));
    if (item.content instanceof Y.ContentType) found.push(...charactersOf(item.content.type));
  }
  return found;
}

describe.each(Array.from({ length: 40 }, (_, index) => index + 1))('history %i', (seed) => {
  test('[RT30] every past state is what was there, from the log alone', () => {
    const { records, bodies, server } = aHistory(seed);
    const past = new Past();
    for (const record of records) past.extend([record]);
    for (const [index, body] of bodies.entries()) {
      expect(plainNode(attribute(past, index + 1).document)).toEqual(body);
    }
    expect(plainNode(attribute(past, 0).document)).toEqual({ type: 'doc' });
    expect(bodies.at(-1)).toEqual(bodyOf(server));
  });

  test('[RT31] each character is its writer’s: whose client id it has', () => {
    const laboratory = aHistory(seed);
    const past = laboratory.past();
    const { document, authors } = attribute(past, past.seq);
    const found = pieces(document).flatMap(([text, by]) => text.split('').map((one) => [one, authors[by]!.personId]));
    const owners = new Map(laboratory.people.map(({ id, doc }) => [doc.clientID, id]));
    expect(found).toEqual(
      charactersOf(laboratory.server.getXmlFragment(bodyField)).map(([text, client]) => [text, owners.get(client)]),
    );
  });

  test('[RT33] a restored state is the one that was, and what others write meanwhile stays', () => {
    const laboratory = aHistory(seed);
    const roll = dice(seed + 1000);
    const past = laboratory.past();
    const target = targetAt(past, 1 + roll.roll(past.seq));
    const update = restoreUpdate(past.encoded(), target);
    const other = new Y.Doc();
    applyAsIs(other, [Y.encodeStateAsUpdate(laboratory.server)]);
    if (update) applyAsIs(laboratory.server, [update]);
    expect(bodyOf(laboratory.server)).toEqual(plainNode(target.body));

    const before = Y.encodeStateVector(other);
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText('typed meanwhile')]);
    other.getXmlFragment(bodyField).push([paragraph]);
    applyAsIs(laboratory.server, [Y.encodeStateAsUpdate(other, before)]);
    if (update) applyAsIs(other, [update]);
    expect(bodyOf(laboratory.server)).toEqual(bodyOf(other));
    expect(JSON.stringify(bodyOf(other))).toContain('typed meanwhile');
    const half = Math.floor(past.seq / 2);
    const then = new Y.Doc();
    applyAsIs(then, [past.encoded(half)]);
    expect(bodyOf(then)).toEqual(laboratory.bodies[half - 1]);

    const there = { ...target, body: bodyOf(laboratory.server) };
    expect(restoreUpdate(Y.encodeStateAsUpdate(laboratory.server), there)).toBeNull();
  });
});

const type = (laboratory: Laboratory, person: number, write: (text: Y.XmlText) => void): void => {
  const { doc } = laboratory.people[person]!;
  laboratory.hear(laboratory.people[person]!);
  const fragment = doc.getXmlFragment(bodyField);
  if (fragment.length === 0) {
    const paragraph = new Y.XmlElement('paragraph');
    fragment.push([paragraph]);
    paragraph.push([new Y.XmlText()]);
  }
  write((fragment.get(0) as Y.XmlElement).get(0) as Y.XmlText);
  laboratory.flush(laboratory.people[person]!);
};

test('[RT31] each range of text is its writer’s, also inside what another wrote, and whoever only made it bold wrote nothing', () => {
  const laboratory = new Laboratory(['ada', 'max']);
  type(laboratory, 0, (text) => text.insert(0, 'The wafer broke.'));
  type(laboratory, 1, (text) => text.insert(4, 'second '));
  type(laboratory, 1, (text) => text.format(0, 3, { bold: {} }));
  type(laboratory, 0, (text) => text.delete(0, 1));
  const { document, authors } = attribute(laboratory.past(), 4);
  expect(pieces(document).map(([text, by]) => [text, authors[by]!.personId])).toEqual([
    ['he', 'ada'],
    [' ', 'ada'],
    ['second ', 'max'],
    ['wafer broke.', 'ada'],
  ]);
  expect(authors.map(({ added, removed }) => [added, removed])).toEqual([
    [16, 1],
    [7, 0],
  ]);
});

test('[RT31] a node is whose it was made by, or of who changed it last', () => {
  const laboratory = new Laboratory(['ada', 'max']);
  type(laboratory, 0, (text) => text.insert(0, 'Plan'));
  const [, max] = laboratory.people;
  laboratory.hear(max!);
  (max!.doc.getXmlFragment(bodyField).get(0) as Y.XmlElement).setAttribute('checked', true as never);
  laboratory.flush(max!);
  const past = laboratory.past();
  const makers = [1, 2].map((seq) => {
    const { document, authors } = attribute(past, seq);
    const [block] = document.content!;
    return [block!, ...block!.content!].map(({ by }) => authors[by]!.personId);
  });
  expect(makers).toEqual([
    ['ada', 'ada'],
    ['max', 'ada'],
  ]);
});

test('[RT33] what somebody types into a line that is empty survives the restore of a state without the line', () => {
  const laboratory = new Laboratory(['ada', 'max']);
  type(laboratory, 0, (text) => text.insert(0, 'Plan'));
  type(laboratory, 0, (text) => text.delete(0, 4));
  const past = laboratory.past();
  const empty = { type: 'doc', content: [{ type: 'paragraph' }] };
  const update = restoreUpdate(past.encoded(), { ...targetAt(past, 2), body: empty });
  const [, max] = laboratory.people;
  type(laboratory, 1, (text) => text.insert(0, 'typed meanwhile'));
  if (update) Y.applyUpdate(max!.doc, update);
  expect(JSON.stringify(bodyOf(max!.doc))).toContain('typed meanwhile');
});

test('[RT30] title, tags and fields have a past too, are restored, and a renaming is told', () => {
  const laboratory = new Laboratory(['ada', 'max']);
  const [ada, max] = laboratory.people;
  const write = (person: typeof ada, change: (doc: Y.Doc) => void): void => {
    laboratory.hear(person!);
    person!.doc.transact(() => change(person!.doc));
    laboratory.flush(person!);
  };
  const fieldsOf = (doc: Y.Doc) => doc.getMap<Y.Map<unknown>>('fields');
  const lot: EntryField = { id: 'lot', type: 'text', name: 'Lot', value: 'A-1' };
  const kind: EntryField = { id: 'k', type: 'choice', name: 'Kind', value: 'dry', options: ['dry', 'wet'] };
  const first: Properties = { title: 'Etch 14', tags: ['Oxide'], fields: [lot, kind] };
  write(ada, (doc) => fillProperties(doc, first, Y));
  write(max, (doc) => {
    doc.getText('title').delete(0, 4);
    doc.getText('title').insert(0, 'Dry etch');
    doc.getMap('tags').delete('oxide');
    (fieldsOf(doc).get('lot')!.get('value') as Y.Text).insert(3, '7');
    fieldsOf(doc).get('k')!.set('value', 'wet');
    fieldsOf(doc)
      .get('k')!
      .set('options', Y.Array.from(['wet']));
  });
  write(ada, (doc) => {
    fieldsOf(doc).delete('lot');
    writeField(fieldsOf(doc), { field: { ...kind, id: 'new' }, order: 3 }, Y);
  });
  const past = laboratory.past();
  const second: EntryField = { ...kind, value: 'wet', options: ['wet'] };
  expect([1, 2, 3].map((seq) => attribute(past, seq).properties)).toEqual([
    first,
    { title: 'Dry etch 14', tags: [], fields: [{ ...lot, value: 'A-17' }, second] },
    { title: 'Dry etch 14', tags: [], fields: [second, { ...kind, id: 'new' }] },
  ]);
  expect(stintsWithTitles(past).map(({ personId, title }) => [personId, title])).toEqual([
    ['ada', 'Etch 14'],
    ['max', 'Dry etch 14'],
  ]);
  for (const seq of [1, 3, 2, 0]) {
    const update = restoreUpdate(Y.encodeStateAsUpdate(laboratory.server), targetAt(past, seq));
    if (update) Y.applyUpdate(laboratory.server, update);
    expect(readProperties(laboratory.server).properties).toEqual(attribute(past, seq).properties);
  }
});

test('[RT31] a person who comes back after a pause has a stint of its own; what the server wrote is told apart', () => {
  const laboratory = new Laboratory(['ada', 'max']);
  const write = (text: Y.XmlText) => text.insert(0, 'x');
  type(laboratory, 0, write);
  laboratory.at += quietMs - 2000;
  type(laboratory, 0, write);
  type(laboratory, 1, write);
  laboratory.at += quietMs;
  type(laboratory, 0, write);
  const { records } = laboratory;
  const [last] = records.at(-1)!.parts;
  records.push({ seq: 5, at: new Date(laboratory.at), parts: [{ ...last!, sessionId: restoreOrigin(2, 's') }] });
  const { stints } = laboratory.past();
  expect(stints.map(({ personId, how, seq, restored }) => [personId, how, seq, restored])).toEqual([
    ['ada', 'typed', 2, null],
    ['max', 'typed', 3, null],
    ['ada', 'typed', 4, null],
    ['ada', 'restored', 5, 2],
  ]);
});

test('[RT32] there is a version before each pause, after each hour, around what was restored, and where one has a name', () => {
  const at = (minutes: number) => minutes * 60_000;
  const record = (seq: number, minutes: number, restored: number | null = null) => ({
    seq,
    at: at(minutes),
    moment: seq - 1,
    people: [seq % 2 ? 'ada' : 'max'],
    restored,
    added: 10,
    removed: 1,
  });
  const work = Array.from({ length: 14 }, (_, index) => record(index + 5, 100 + index * 9));
  const records = [
    record(1, 0),
    record(2, 5),
    record(3, 15),
    record(4, 16),
    ...work,
    record(19, 218, 2),
    record(20, 219),
  ];
  const seqs = (now: number, named: number[] = []) =>
    versionsOf(records, { named: new Set(named), now: at(now) }).map(({ seq }) => seq);
  expect(seqs(220)).toEqual([2, 4, 12, 18, 19]);
  expect(seqs(229)).toEqual([2, 4, 12, 18, 19, 20]);
  expect(seqs(229, [3])).toEqual([2, 3, 4, 12, 18, 19, 20]);
  expect(versionsOf(records, { named: new Set([3]), now: at(300) }).slice(0, 3)).toEqual([
    { seq: 2, at: at(5), restored: null, people: ['ada', 'max'], added: 20, removed: 2 },
    { seq: 3, at: at(15), restored: null, people: ['ada'], added: 10, removed: 1 },
    { seq: 4, at: at(16), restored: null, people: ['max'], added: 10, removed: 1 },
  ]);
});

test('[RT30] a record that is damaged, or a hole in the log, is a failure and no shorter history', () => {
  const { records } = aHistory(1, 5);
  const damaged = { ...records[1]!, parts: [{ personId: 'a', sessionId: null, update: Uint8Array.of(1, 9, 9) }] };
  expect(() => new Past().extend([records[0]!, damaged])).toThrow('Unexpected end of array');
  expect(() => new Past().extend([records[0]!, records[2]!])).toThrow('does not follow');
});
