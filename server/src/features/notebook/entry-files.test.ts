import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { historyEndpoints } from '@cobench/shared/history/history';
import { bodyField } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { call } from '../../../test/call.ts';
import { entryTab } from '../../../test/collab/entry-tab.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { laboratory } from '../../../test/laboratory.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const fileId = '0192a0b4-7c00-7000-8000-0123456789ab';
const engineer = () => app.as('engineer@acme.test');

async function anEntry(markdown: string) {
  const { id: projectId } = await laboratory(app).aProject();
  return call(await engineer(), notebookEndpoints.create, { projectId, title: 'Etch 14', markdown });
}

const markdownOf = async (id: string) => (await call(await engineer(), notebookEndpoints.markdown, { id })).markdown;

/** A node as any program can write it that speaks the protocol. */
function aNode(name: string, attrs: Record<string, unknown>, caption?: string): Y.XmlElement {
  const node = new Y.XmlElement(name);
  for (const [key, value] of Object.entries(attrs)) node.setAttribute(key, value as string);
  if (caption !== undefined) node.insert(0, [new Y.XmlText(caption)]);
  return node;
}

test('images and files come in with markdown, are found by what is said of them, and go out as they came', async () => {
  const body = [
    `See [log.csv](/data/${fileId}?version=1&size=17) first.`,
    `![A white disc](/data/${fileId}?version=2&name=wafer.png&width=80&aspect=1.5 "After 30 s")`,
  ].join('\n\n');
  const entry = await anEntry(body);
  expect(entry.excerpt).toBe('See log.csv first. A white disc wafer.png After 30 s');
  expect(await markdownOf(entry.id)).toContain(body);
  const again = await anEntry(await markdownOf(entry.id));
  expect(await markdownOf(again.id)).toBe(await markdownOf(entry.id));
});

test.each([
  ['an address', { fileId: 'https://evil.example/x.png', version: 1 }],
  ['a script', { fileId: 'javascript:alert(1)', version: 1 }],
  ['more after its id', { fileId: `${fileId}/../../admin`, version: 1 }],
  ['an object for an id', { fileId: { toString: 'evil' }, version: 1 }],
  ['a version that is code', { fileId, version: '1&as=evil' }],
])(
  'an image that a program wrote with %s is kept, and never leaves as an address; an honest one beside it does',
  async (_what, hostile) => {
    const { id } = await anEntry('Here:');
    const tab = await entryTab(await engineer(), id);
    const honest = aNode('image', { fileId, version: 3, width: 40, src: 'https://evil.example' }, 'honest');
    tab.doc
      .getXmlFragment(bodyField)
      .insert(1, [aNode('image', { ...hostile, src: 'https://evil.example' }, 'told'), honest]);
    await expect.poll(() => markdownOf(id)).toContain(`![](/data/${fileId}?version=3&width=40 "honest")`);
    const markdown = await markdownOf(id);
    expect(markdown).toContain('told');
    expect(markdown).not.toMatch(/evil|javascript|admin/);
    // Nobody's copy of the document lost it.
    expect(tab.doc.getXmlFragment(bodyField).toArray()).toHaveLength(3);
  },
);

test('a description of a megabyte is cut where it is read; one beyond the size of a change closes its socket alone', async () => {
  const { id } = await anEntry('Here:');
  const [tab, other] = await Promise.all([entryTab(await engineer(), id), entryTab(await app.as('pi@acme.test'), id)]);
  const body = tab.doc.getXmlFragment(bodyField);
  body.insert(1, [aNode('image', { fileId, version: 1, alt: 'x'.repeat(1_000_000) })]);
  await expect.poll(() => markdownOf(id)).toContain(`version=1`);
  expect((await markdownOf(id)).length).toBeLessThan(1000);
  const closed = new Promise<number>((resolve) => {
    tab.on('connection-close', (event) => resolve(event?.code ?? 0));
  });
  body.insert(2, [aNode('image', { fileId, version: 2, alt: 'x'.repeat(5_000_000) })]);
  expect(await closed).toBe(1009);
  other.doc.getXmlFragment(bodyField).insert(0, [aNode('image', { fileId, version: 9 })]);
  await expect.poll(() => markdownOf(id)).toContain('version=9');
  expect(await markdownOf(id)).not.toContain('version=2');
});

test('history shows an image with who put it in, and brings it back as it was', async () => {
  const { id } = await anEntry('Here:');
  const tab = await entryTab(await engineer(), id);
  const body = tab.doc.getXmlFragment(bodyField);
  body.insert(1, [aNode('image', { fileId, version: 3, name: 'w.png', width: 40, aspect: 1.5 }, 'Cap')]);
  await expect.poll(() => markdownOf(id)).toContain('version=3');
  const before = await markdownOf(id);
  const state = await call(await engineer(), historyEndpoints.entry.state, { id });
  expect(state.document.content?.[1]).toMatchObject({ type: 'image', attrs: { fileId, version: 3, width: 40 } });
  body.delete(1, 1);
  await expect.poll(() => markdownOf(id)).not.toContain('version=3');
  await call(await engineer(), historyEndpoints.entry.restore, { id, seq: state.seq });
  await expect.poll(() => markdownOf(id)).toBe(before);
});
