import { afterEach, beforeEach, expect, test } from 'vitest';
import * as Y from 'yjs';
import { sharedInput } from './shared-input.ts';

let mine: Y.Doc;
let theirs: Y.Doc;
let box: HTMLTextAreaElement;
let end: () => void;

/** Two documents that hear each other at once. */
function pair(): [Y.Doc, Y.Doc] {
  const docs: [Y.Doc, Y.Doc] = [new Y.Doc(), new Y.Doc()];
  docs.forEach((doc, at) =>
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'wire') Y.applyUpdate(docs[1 - at] ?? doc, update, 'wire');
    }),
  );
  return docs;
}
const [mineText, theirText] = [() => mine.getText('title'), () => theirs.getText('title')];

beforeEach(() => {
  [mine, theirs] = pair();
  mineText().insert(0, 'Oxide etch');
  box = document.createElement('textarea');
  document.body.append(box);
  end = sharedInput(mineText(), { origin: 'me' as unknown as object, lines: 'one' })(box);
  box.focus();
});
afterEach(() => {
  end();
  end = () => {};
  box.remove();
});

/** What the browser does when somebody types at the caret. */
function type(text: string, { from = box.selectionStart, to = box.selectionEnd } = {}): void {
  box.setRangeText(text, from, to, 'end');
  box.dispatchEvent(new InputEvent('input'));
}
const caret = (place: number) => box.setSelectionRange(place, place);

test('what one types, others get; what others type comes in and leaves the caret where it is', () => {
  expect(box.value).toBe('Oxide etch');
  caret(5);
  type(' wet');
  expect(theirText().toJSON()).toBe('Oxide wet etch');
  theirText().insert(0, 'Dry ');
  theirText().insert(theirText().length, ' 14');
  expect([box.value, box.selectionStart]).toEqual(['Dry Oxide wet etch 14', 13]);
  theirText().delete(0, 4);
  expect([box.value, box.selectionStart]).toEqual(['Oxide wet etch 14', 9]);
});

test('a change is as small as it can be: what others wrote in between is not touched', () => {
  let changes = 0;
  mine.on('update', () => changes++);
  caret(10);
  type('!');
  type('', { from: 0, to: 5 });
  type('Nitride', { from: 0, to: 0 });
  expect([theirText().toJSON(), changes]).toEqual(['Nitride etch!', 3]);
});

test('a title has one line, and half a character is never written', () => {
  caret(5);
  type('\nwet🧪');
  expect([box.value, theirText().toJSON()]).toEqual(['Oxide wet🧪 etch', 'Oxide wet🧪 etch']);
  type('🧫', { from: 9, to: 11 });
  expect(theirText().toJSON()).toBe('Oxide wet🧫 etch');
});

test('[RT55] while an input method composes, the box is its own; afterwards both texts are there', () => {
  caret(5);
  box.dispatchEvent(new CompositionEvent('compositionstart'));
  type('n');
  theirText().insert(0, 'Dry ');
  theirText().delete(theirText().length - 5, 5);
  type('に', { from: 5, to: 6 });
  expect([box.value, theirText().toJSON()]).toEqual(['Oxideに etch', 'Dry Oxide']);
  box.dispatchEvent(new CompositionEvent('compositionend'));
  expect([box.value, theirText().toJSON(), box.selectionStart]).toEqual(['Dry Oxideに', 'Dry Oxideに', 10]);
});

test('[RT55] what others write where a composition replaces something stays', () => {
  box.dispatchEvent(new CompositionEvent('compositionstart'));
  theirText().insert(6, 'wet ');
  type('腐食', { from: 6, to: 10 });
  box.dispatchEvent(new CompositionEvent('compositionend'));
  expect(theirText().toJSON()).toBe('Oxide wet 腐食');
  expect(box.value).toBe('Oxide wet 腐食');
});

test('what is no text in it takes one place, so that typing beside it goes where it is typed', () => {
  theirText().insertEmbed(0, { image: 'x' });
  expect(box.value).toBe('\uFFFCOxide etch');
  caret(1);
  type('Dry ');
  expect(theirText().toJSON()).toBe('Dry Oxide etch');
});

test('after its end it follows nothing', () => {
  end();
  end = () => {};
  theirText().insert(0, 'x');
  type('y', { from: 0, to: 0 });
  expect([box.value, mineText().toJSON()]).toEqual(['yOxide etch', 'xOxide etch']);
});

test('[RT50] two who type at once, with input methods or without, end with the same text, and nothing typed is lost', () => {
  end();
  end = () => {};
  for (let seed = 1; seed <= 100; seed++) {
    let state = seed;
    const dice = (sides: number) => ((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 8) % sides;
    [mine, theirs] = pair();
    mineText().insert(0, 'start');
    const second = document.createElement('textarea');
    document.body.append(second);
    const options = { origin: {}, lines: 'one' } as const;
    const ends = [sharedInput(mineText(), options)(box), sharedInput(theirText(), options)(second)];
    const typed: string[] = [];
    for (let step = 0; step < 30; step++) {
      const one = [box, second][dice(2)] ?? box;
      one.focus();
      if (dice(4) === 0) one.dispatchEvent(new CompositionEvent('compositionstart'));
      const letter = String.fromCodePoint(0x4e00 + seed * 30 + step);
      typed.push(letter);
      const place = dice(one.value.length + 1);
      one.setRangeText(letter, place, place, 'end');
      one.dispatchEvent(new InputEvent('input'));
      if (dice(2) === 0) one.dispatchEvent(new CompositionEvent('compositionend'));
    }
    for (const one of [box, second]) one.dispatchEvent(new CompositionEvent('compositionend'));
    expect([box.value, second.value], `seed ${seed}`).toEqual([mineText().toJSON(), mineText().toJSON()]);
    for (const letter of typed) expect(box.value, `seed ${seed}`).toContain(letter);
    ends.forEach((stop) => stop());
    second.remove();
  }
});
