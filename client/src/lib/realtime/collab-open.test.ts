import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeServer } from '../../test/fake-collab-server.ts';
import { hasChangesAtRisk, holdDocument } from './collab-open.ts';

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  vi.stubGlobal('WebSocket', server.WebSocket);
});

afterEach(() => vi.unstubAllGlobals());

/** Whether the browser would ask before it closes the tab. */
const asks = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }));

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a page that is left with unsaved changes loses none of them', async () => {
  const ref = { kind: 'entry', id: 'lingering' } as const;
  const held = holdDocument(ref);
  server.socket.accept();
  held.document.doc.getText('body').insert(0, 'a');
  held.release();
  await settle();
  expect([hasChangesAtRisk(), asks()]).toEqual([true, true]);
  expect(held.document.doc.isDestroyed).toBe(false);
  server.socket.acknowledge();
  await settle();
  expect([hasChangesAtRisk(), asks(), held.document.doc.isDestroyed]).toEqual([false, false, true]);
  expect(server.text).toBe('a');
});

test('whoever comes back in time finds their document as they left it', async () => {
  const ref = { kind: 'entry', id: 'returning' } as const;
  const first = holdDocument(ref);
  server.socket.accept();
  first.document.doc.getText('body').insert(0, 'a');
  first.release();
  const second = holdDocument(ref);
  expect(second.document).toBe(first.document);
  server.socket.acknowledge();
  await settle();
  expect(second.document.doc.isDestroyed).toBe(false);
  second.release();
  await settle();
  expect(second.document.doc.isDestroyed).toBe(true);
});

test('a document without changes goes as soon as nobody looks at it, and the tab closes without a question', async () => {
  const held = holdDocument({ kind: 'run', id: 'calm' });
  server.socket.accept();
  expect(asks()).toBe(false);
  held.release();
  await settle();
  expect(held.document.doc.isDestroyed).toBe(true);
});
