import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { bodyField, closeCode, collabPath, decodeSaved, messageType } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Binary } from 'mongodb';
import { keysAfter } from '../../src/realtime/collab/record-key.ts';
import { mongoDocumentLog } from '../../src/realtime/collab/log.mongo.ts';
import { until } from '../collab/collab-house.ts';
import { call } from '../call.ts';
import { startTestApp, type TestApp } from '../harness.ts';
import { laboratory } from '../laboratory.ts';

/** One edit: where, how much is deleted there, and what is inserted. */
type Patch = [at: number, deleted: number, inserted: string];

const people = ['engineer@acme.test', 'pi@acme.test', 'admin@acme.test'];
/** Edits before the next person's turn, and edits on their way to the log at any time. */
const block = 200;
const inFlight = 500;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** The keystrokes of a paper by M. Kleppmann and A. R. Beresford, and the text that they make (automerge-perf, CC BY 4.0). */
function paper(): { edits: Patch[]; text: string } {
  const shared = process.env['COBENCH_SHARED'];
  if (!shared) throw new Error('Set COBENCH_SHARED to the folder of the shared data.');
  const file = join(shared, 'tools/collab-bench/data/automerge-paper.json.gz');
  const { txns, endContent } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as {
    txns: { patches: Patch[] }[];
    endContent: string;
  };
  return { edits: txns.flatMap(({ patches }) => patches), text: endContent };
}

/** A signed-in person's tab on the entry, with the stock client: what they typed, and what was said to be saved. */
class Tab {
  readonly doc = new Y.Doc();
  readonly provider: WebsocketProvider;
  sent = 0;
  saved = 0;

  constructor(entryId: string, cookie: string) {
    this.doc.on('update', (_update: Uint8Array, origin: unknown) => {
      if (origin !== this.provider) this.sent++;
    });
    const url = `${app.origin.replace(/^http/, 'ws')}${collabPath}/entry`;
    this.provider = new WebsocketProvider(url, entryId, this.doc, {
      WebSocketPolyfill: withCookie(cookie),
      disableBc: true,
    });
    this.provider.messageHandlers[messageType.saved] = (_reply, decoder) => {
      this.saved = decodeSaved(decoder).count;
    };
    this.provider.awareness.setLocalState(null);
  }

  get paragraph(): Y.XmlText {
    const paragraph = this.doc.getXmlFragment(bodyField).get(0) as Y.XmlElement;
    return paragraph.get(0) as Y.XmlText;
  }

  get text(): string {
    return this.paragraph
      .toDelta()
      .map(({ insert }: { insert: string }) => insert)
      .join('');
  }

  type([at, deleted, inserted]: Patch): void {
    this.doc.transact(() => {
      if (deleted > 0) this.paragraph.delete(at, deleted);
      if (inserted !== '') this.paragraph.insert(at, inserted);
    });
  }

  /** Whether it has everything that another tab has. State vectors show insertions, the length shows deletions. */
  hasAllOf({ doc, paragraph }: Tab): boolean {
    const inserted = Y.getState(this.doc.store, doc.clientID) === Y.getState(doc.store, doc.clientID);
    return inserted && this.paragraph.length === paragraph.length;
  }

  destroy(): void {
    this.provider.destroy();
    this.provider.awareness.destroy();
  }
}

function withCookie(cookie: string): typeof globalThis.WebSocket {
  class SignedIn extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { cookie, origin: app.origin } });
    }
  }
  return SignedIn as unknown as typeof globalThis.WebSocket;
}

async function open(entryId: string, email: string): Promise<Tab> {
  const person = await app.as(email);
  const tab = new Tab(entryId, person.cookie(collabPath));
  await until(() => tab.provider.synced);
  return tab;
}

test(
  '259,778 keystrokes of a real paper, typed by three people in turn, end in that paper',
  { timeout: 180_000 },
  async () => {
    const { edits, text } = paper();
    expect(edits).toHaveLength(259_778);
    const lab = laboratory(app);
    const engineer = await app.as('engineer@acme.test');
    const { id: projectId } = await lab.aProject();
    const entry = await call(engineer, notebookEndpoints.create, { projectId, title: 'A real paper' });
    const tabs = await Promise.all(people.map((email) => open(entry.id, email)));
    const closes: number[] = [];
    for (const { provider } of tabs)
      provider.on('connection-close', (event) => void (event && closes.push(event.code)));
    begin(tabs[0]!);
    await until(() => tabs.every(({ doc }) => doc.getXmlFragment(bodyField).length > 0));

    const start = performance.now();
    for (let at = 0, turn = 0; at < edits.length; at += block, turn++) {
      const writer = tabs[turn % tabs.length]!;
      await until(() => tabs.every((other) => writer.hasAllOf(other)));
      for (const edit of edits.slice(at, at + block)) {
        writer.type(edit);
        while (writer.sent - writer.saved > inFlight) await nextTurn();
      }
      await nextTurn();
    }
    await until(() => tabs.every((tab) => tab.saved === tab.sent));
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(`${Math.round(edits.length / seconds)} durable edits/s (${seconds.toFixed(1)} s)\n`);

    await until(() => tabs.every((tab) => tabs.every((other) => tab.hasAllOf(other))));
    for (const tab of tabs) expect(tab.text === text).toBe(true);
    expect(closes).not.toContain(closeCode.storeFailed);
    for (const tab of tabs) tab.destroy();

    await summedUp(entry.id);
    const opening = performance.now();
    const reader = await open(entry.id, 'viewer@acme.test');
    process.stdout.write(`a fresh reader has it after ${Math.round(performance.now() - opening)} ms\n`);
    expect(reader.text === text).toBe(true);
    reader.destroy();

    const { stateBytes, historyBytes } = await whatIsKept(entry.id);
    const best = Y.encodeStateAsUpdate(tabs[0]!.doc).length;
    const perKeystroke = historyBytes / edits.length;
    process.stdout.write(
      `state ${stateBytes} bytes (${(stateBytes / best).toFixed(2)} × a replica's own); ` +
        `the whole history, who typed what when included, ${perKeystroke.toFixed(1)} bytes a keystroke\n`,
    );
    expect(stateBytes).toBeLessThan(2 * best);
    expect(perKeystroke).toBeLessThan(12);

    const { excerpt, editedBy } = await call(engineer, notebookEndpoints.get, { id: entry.id });
    expect(text.replace(/\s+/g, ' ')).toContain(excerpt.slice(0, 150));
    expect(editedBy).not.toBe('');
  },
);

/** What the store holds of an entry once its old records are in their dense form. */
async function whatIsKept(entryId: string): Promise<{ stateBytes: number; historyBytes: number }> {
  const snapshot = await app.connection.collection('document_snapshots').findOne({ document: `entry/${entryId}` });
  const document = { orgId: String(snapshot?.['orgId']), kind: 'entry', id: entryId } as const;
  const log = mongoDocumentLog(app.connection);
  await log.compact(document, await log.lastSeq(document));
  const segments = await app.connection
    .collection('document_segments')
    .find(keysAfter(document, 0) as never)
    .toArray();
  const sizeOf = (bytes: unknown): number => (bytes as Binary).length();
  return {
    stateBytes: sizeOf(snapshot?.['state']),
    historyBytes: segments.reduce((sum, segment) => sum + sizeOf(segment['bytes']), 0),
  };
}

/** The one paragraph that the paper is typed into. */
function begin({ doc }: Tab): void {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText()]);
  doc.getXmlFragment(bodyField).insert(0, [paragraph]);
}

/** A snapshot is there, and so little came after it that another would not be worth its while. */
async function summedUp(entryId: string): Promise<void> {
  const snapshots = app.connection.collection('document_snapshots');
  const log = mongoDocumentLog(app.connection);
  for (let left = Infinity; left > 1000;) {
    const stored = await snapshots.findOne({ document: `entry/${entryId}` }, { projection: { orgId: 1, seq: 1 } });
    const document = { orgId: String(stored?.['orgId']), kind: 'entry', id: entryId } as const;
    left = stored ? (await log.lastSeq(document)) - Number(stored['seq']) : Infinity;
  }
}
