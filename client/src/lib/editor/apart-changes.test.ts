import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { apartChanges } from './apart-changes.ts';

/** A document of paragraphs, and one that goes on from it. */
function documents(...texts: string[]) {
  const doc = new Y.Doc();
  const paragraphs = texts.map((text) => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(text)]);
    return paragraph;
  });
  doc.getXmlFragment('body').insert(0, paragraphs);
  const later = new Y.Doc();
  Y.applyUpdate(later, Y.encodeStateAsUpdate(doc));
  const update = () => [Y.encodeStateAsUpdate(later, Y.encodeStateVector(doc))];
  return { doc, body: later.getXmlFragment('body'), update };
}

test('it shows which lines come and go, with a line around them, and the text as it would be', () => {
  const { doc, body, update } = documents('One', 'Two', 'Three', 'Four');
  body.delete(3, 1);
  (body.get(0) as Y.XmlElement).insert(1, [new Y.XmlText(' more')]);
  const { lines, text } = apartChanges(doc, update());
  expect(lines).toEqual([
    { is: 'removed', text: 'One' },
    { is: 'added', text: 'One more' },
    { is: 'same', text: '' },
    { is: 'same', text: 'Three' },
    { is: 'removed', text: '' },
    { is: 'removed', text: 'Four' },
  ]);
  expect(text).toBe('One more\n\nTwo\n\nThree');
});

test('the document itself stays as it is', () => {
  const { doc, body, update } = documents('One');
  body.delete(0, 1);
  apartChanges(doc, update());
  expect(doc.getXmlFragment('body').toJSON()).toContain('One');
});
