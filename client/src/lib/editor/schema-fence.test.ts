import { documentSchema } from '@cobench/shared/editor/markdown';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { guardSchema } from './schema-fence.ts';

function page(): { body: Y.XmlFragment; text: Y.XmlText; alarms: () => number } {
  const body = new Y.Doc().getXmlFragment('body');
  const paragraph = new Y.XmlElement('paragraph');
  const text = new Y.XmlText('hello');
  paragraph.insert(0, [text]);
  body.insert(0, [paragraph]);
  let alarms = 0;
  guardSchema(body, documentSchema, () => alarms++);
  return { body, text, alarms: () => alarms };
}

test('what the schema knows passes', () => {
  const { body, text, alarms } = page();
  text.format(0, 2, { bold: {} });
  text.insert(5, ' world', { italic: {} });
  body.insert(1, [new Y.XmlElement('horizontalRule')]);
  body.delete(1, 1);
  expect(alarms()).toBe(0);
});

test('an unknown node is noticed before the editor could delete it, once', () => {
  const { body, alarms } = page();
  const quote = new Y.XmlElement('blockquote');
  quote.insert(0, [new Y.XmlElement('hologram')]);
  body.insert(1, [quote]);
  body.insert(1, [new Y.XmlElement('hologram')]);
  expect(alarms()).toBe(1);
});

test('an unknown mark is noticed', () => {
  const { text, alarms } = page();
  text.format(0, 2, { glow: {} });
  expect(alarms()).toBe(1);
});

test('content that was there before is looked at too', () => {
  const body = new Y.Doc().getXmlFragment('body');
  body.insert(0, [new Y.XmlElement('hologram')]);
  let alarms = 0;
  guardSchema(body, documentSchema, () => alarms++);
  expect(alarms).toBe(1);
});
