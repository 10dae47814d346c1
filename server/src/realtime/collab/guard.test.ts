import * as encoding from 'lib0/encoding';
import { describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { judge as judgeFor, type Verdict } from './guard.ts';
import { StructIndex } from './struct-index.ts';

const empty = () => new StructIndex();
const index = (updates: Uint8Array[]) => StructIndex.from({ updates });
const judge = (update: Uint8Array, known: StructIndex): Verdict => judgeFor(update, known, { personId: 'ada' });

/** The updates that a document emits while it is edited. */
function typed(edit: (doc: Y.Doc) => void, doc = new Y.Doc()): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const keep = (update: Uint8Array) => updates.push(update);
  doc.on('update', keep);
  edit(doc);
  doc.off('update', keep);
  return updates;
}

/** Numbers as varints, strings as lib0 writes them. */
function bytes(...content: (number | string)[]): Uint8Array {
  return encoding.encode((to) => {
    for (const one of content) {
      if (typeof one === 'string') encoding.writeVarString(to, one);
      else encoding.writeVarUint(to, one);
    }
  });
}

/** `levels` blockquotes, one inside the other. */
function nested(levels: number): Uint8Array {
  const doc = new Y.Doc();
  doc.transact(() => {
    let inside: Y.XmlFragment = doc.getXmlFragment('body');
    for (let level = 0; level < levels; level++) {
      const quote = new Y.XmlElement('blockquote');
      inside.insert(0, [quote]);
      inside = quote;
    }
  });
  return Y.encodeStateAsUpdate(doc);
}

describe('[RT13] an update that is not exactly one Yjs update is malformed', () => {
  const [letter] = typed((doc) => doc.getText('t').insert(0, 'a'));
  const root = [1, 't'] as const;

  test.each([
    ['no bytes at all', bytes()],
    ['an update that was cut', letter!.slice(0, -2)],
    ['an update with bytes after it', Uint8Array.from([...letter!, 0])],
    ['noise', Uint8Array.from({ length: 400 }, (_, at) => (at * 89 + 7) % 251)],
    ['33,554,432 structs in seven bytes', bytes(1, 33_554_432, 1, 0)],
    ['as many deletions', bytes(0, 1, 1, 33_554_432)],
    ['an empty string', bytes(1, 1, 7, 0, 4, ...root, '', 0)],
    ['an empty garbage struct', bytes(1, 1, 7, 0, 0, 0, 0)],
    ['an empty deletion', bytes(0, 1, 7, 1, 0, 0)],
    ['a clock beyond what numbers count', bytes(1, 1, 7, Number.MAX_SAFE_INTEGER, 0, 5, 0)],
    ['two sections of one client', bytes(2, 1, 7, 0, 4, ...root, 'a', 1, 7, 1, 4, ...root, 'b', 0)],
    ['a content that Yjs does not have', bytes(1, 1, 7, 0, 31, ...root, 'a', 0)],
    ['version 2 encoding', Y.encodeStateAsUpdateV2(documentOf('abc'))],
  ])('%s', (_, update) => {
    expect(judge(update, empty())).toMatchObject({ is: 'malformed' });
  });

  test('a lie about its size costs no time', () => {
    const before = performance.now();
    for (let again = 0; again < 20; again++) judge(bytes(1, 33_554_432, 1, 0), empty());
    expect(performance.now() - before).toBeLessThan(200);
  });
});

describe('[RT14] what an update builds on must be there', () => {
  const [a, b, c] = typed((doc) => ['a', 'b', 'c'].forEach((letter, at) => doc.getText('t').insert(at, letter)));

  test('the next letter is good where the one before is known', () => {
    const state = index([a!]);
    expect(judge(b!, state)).toMatchObject({ is: 'new', reach: new Map([[expect.any(Number), 2]]) });
    expect(judge(c!, state)).toEqual({ is: 'gap' });
  });

  test('letters that were left out are no hole where the document has them', () => {
    const withHole = Y.mergeUpdates([a!, c!]);
    expect(judge(withHole, empty())).toEqual({ is: 'gap' });
    expect(judge(withHole, index([a!, b!]))).toMatchObject({ is: 'new' });
  });

  test('a letter beside somebody else’s letter needs that letter', () => {
    const other = documentOf('x', [a!]);
    const [beside] = typed((doc) => doc.getText('t').insert(1, 'y'), other);
    expect(judge(beside!, index([a!]))).toEqual({ is: 'gap' });
    expect(judge(Y.encodeStateAsUpdate(other), empty())).toMatchObject({ is: 'new' });
  });

  test('a deletion needs what it deletes', () => {
    const doc = documentOf('abc');
    const content = Y.encodeStateAsUpdate(doc);
    const [deletion] = typed(() => doc.getText('t').delete(1, 1), doc);
    expect(judge(deletion!, empty())).toEqual({ is: 'gap' });
    expect(judge(deletion!, index([content]))).toMatchObject({ is: 'new' });
  });

  test('structs that wait for each other in a circle wait for ever', () => {
    const circle = Uint8Array.of(2, 1, 8, 0, 0x84, 7, 0, 1, 97, 1, 7, 0, 0x84, 8, 0, 1, 98, 0);
    expect(judge(circle, empty())).toEqual({ is: 'gap' });
  });

  test('a struct cannot follow a later one of its own client', () => {
    expect(judge(Uint8Array.of(1, 1, 7, 0, 0x84, 7, 5, 1, 97, 0), empty())).toEqual({ is: 'gap' });
  });

  test('clients that lean on each other’s letters in turn are taken in any order of their sections', () => {
    const [one, two] = [new Y.Doc(), new Y.Doc()];
    for (let turn = 0; turn < 50; turn++) {
      const [writer, reader] = turn % 2 === 0 ? [one, two] : [two, one];
      writer.getText('t').insert(turn, String(turn % 10));
      Y.applyUpdate(reader, Y.encodeStateAsUpdate(writer));
    }
    expect(judge(Y.encodeStateAsUpdate(one), empty())).toMatchObject({ is: 'new' });
  });
});

describe('[RT15] what the document has already is nothing', () => {
  test('typing sent twice, and a deletion sent twice', () => {
    const doc = new Y.Doc();
    const updates = typed((it) => it.getText('t').insert(0, 'abc'), doc);
    updates.push(...typed((it) => it.getText('t').delete(0, 2), doc));
    const state = index(updates);
    for (const update of updates) expect(judge(update, state)).toEqual({ is: 'nothing' });
    expect(judge(Y.encodeStateAsUpdate(doc), state)).toEqual({ is: 'nothing' });
  });

  test('an update that says nothing', () => {
    expect(judge(bytes(0, 0), empty())).toEqual({ is: 'nothing' });
  });

  test('typing of which a part is new', () => {
    const doc = documentOf('abc');
    const state = index([Y.encodeStateAsUpdate(doc)]);
    doc.getText('t').insert(3, 'd');
    expect(judge(Y.encodeStateAsUpdate(doc), state)).toMatchObject({ is: 'new' });
  });
});

describe('[RT16] nodes and values are nested at most a hundred deep', () => {
  test.each([
    [100, 'new'],
    [101, 'malformed'],
    [20_000, 'malformed'],
  ])('%i nodes in one update: %s', (levels, is) => {
    expect(judge(nested(levels), empty())).toMatchObject({ is });
  });

  test('also counted from what is in the document', () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, nested(100));
    const state = index([Y.encodeStateAsUpdate(doc)]);
    let innermost = doc.getXmlFragment('body');
    while (innermost.length > 0) innermost = innermost.get(0) as Y.XmlElement;
    const inner = typed(() => innermost.insert(0, [new Y.XmlElement('blockquote')]), doc);
    expect(judge(inner[0]!, state)).toMatchObject({ is: 'malformed' });
    const beside = typed(() => doc.getXmlFragment('body').insert(1, [new Y.XmlElement('blockquote')]), doc);
    expect(judge(Y.mergeUpdates(beside), index([Y.encodeStateAsUpdate(doc)]))).toEqual({ is: 'nothing' });
  });

  test('a sibling is as deep as the one it stands beside', () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, nested(99));
    const state = index([Y.encodeStateAsUpdate(doc)]);
    let innermost = doc.getXmlFragment('body');
    while (innermost.length > 0) innermost = innermost.get(0) as Y.XmlElement;
    const parent = innermost.parent as Y.XmlElement;
    const siblings = typed(() => {
      parent.insert(1, [new Y.XmlElement('p')]);
      parent.insert(2, [new Y.XmlElement('p')]);
      const row = parent.get(2) as Y.XmlElement;
      row.insert(0, [new Y.XmlElement('p')]);
    }, doc);
    expect(judge(Y.mergeUpdates(siblings.slice(0, 2)), state)).toMatchObject({ is: 'new' });
    const deeper = typed(() => {
      ((parent.get(2) as Y.XmlElement).get(0) as Y.XmlElement).insert(0, [new Y.XmlElement('p')]);
    }, doc);
    expect(judge(Y.mergeUpdates([...siblings, ...deeper]), state)).toMatchObject({ is: 'malformed' });
  });

  test.each([
    [50, 'new'],
    [500, 'malformed'],
    [400_000, 'malformed'],
  ])('a value of %i levels in an attribute: %s', (levels, is) => {
    const value = Uint8Array.from({ length: levels * 2 + 1 }, (_, at) => {
      if (at === levels * 2) return 126;
      return at % 2 === 0 ? 117 : 1;
    });
    const update = Uint8Array.from([...bytes(1, 1, 7, 0, 0x28, 1, 't', 'key', 1), ...value, 0]);
    expect(judge(update, empty())).toMatchObject({ is });
  });
});

describe('what takes long to judge is not judged to the end', () => {
  /** A text in which each letter was put between the two before it, and then two people wrote at many places at once. */
  function entangled(): { doc: Y.Doc; places: number[] } {
    const doc = new Y.Doc();
    const text = doc.getText('t');
    for (let at = 0; at < 1000; at++) text.insert(Math.floor(text.length / 2), 'x');
    const states = [1, 2].map((client) => {
      const writer = new Y.Doc();
      writer.clientID = client;
      Y.applyUpdate(writer, Y.encodeStateAsUpdate(doc));
      for (let place = 1; place < 1000; place += 3) writer.getText('t').insert(place + (place - 1) / 3, 'o');
      return Y.encodeStateAsUpdate(writer);
    });
    for (const state of states) Y.applyUpdate(doc, state);
    const letters = text.toJSON();
    return { doc, places: [...letters.matchAll(/oo/g)].map(({ index }) => index + 1) };
  }

  test('a letter between what two people wrote at once is good; one between hundreds of such is one update too many', () => {
    const { doc, places } = entangled();
    const state = index([Y.encodeStateAsUpdate(doc)]);
    const find = vi.spyOn(state, 'find');
    const text = doc.getText('t');
    const [one] = typed(() => text.insert(places[200]!, 'i'), doc);
    expect(judge(one!, state)).toMatchObject({ is: 'new' });
    text.delete(places[200]!, 1);
    const many = typed(() => doc.transact(() => places.toReversed().forEach((place) => text.insert(place, 'i'))), doc);
    const before = find.mock.calls.length;
    expect(judge(Y.mergeUpdates([one!, ...many]), state)).toMatchObject({ is: 'malformed' });
    expect(places.length).toBeGreaterThan(300);
    expect(find.mock.calls.length - before).toBeLessThan(50_000);
  });
});

test('ordinary typing is judged in less than 50 µs', () => {
  const updates = typed((doc) => {
    for (let at = 0; at < 2000; at++) doc.getText('t').insert(at, 'x');
  });
  const state = empty();
  const spent = updates.map((update) => {
    const before = performance.now();
    const verdict = judge(update, state);
    if (verdict.is === 'new') state.add(verdict.judged);
    const after = performance.now();
    return (after - before) * 1000;
  });
  expect(spent.toSorted((a, b) => a - b)[1000]).toBeLessThan(50);
});

function documentOf(text: string, before: Uint8Array[] = []): Y.Doc {
  const doc = new Y.Doc();
  for (const update of before) Y.applyUpdate(doc, update);
  doc.getText('t').insert(doc.getText('t').length, text);
  return doc;
}
