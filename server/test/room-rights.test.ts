import { roleAllows, type Action } from '@cobench/shared/access/permissions';
import { roles } from '@cobench/shared/access/roles';
import { entryHistoryEndpoints, runHistoryEndpoints } from '@cobench/shared/history/history';
import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { bodyField, closeCode, type DocumentKind } from '@cobench/shared/realtime/collab';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Agent } from './agent.ts';
import { call } from './call.ts';
import { documentTab } from './collab/entry-tab.ts';
import { knock } from './collab/knock.ts';
import { startTestApp, type TestApp } from './harness.ts';
import { laboratory, nobodysId } from './laboratory.ts';
import { LiveClient, openLive } from './live-client.ts';

let app: TestApp;
let lab: ReturnType<typeof laboratory>;
beforeAll(async () => {
  app = await startTestApp();
  lab = laboratory(app);
});
afterAll(() => app.close());

/** What one needs to write a document of each kind; every member reads. */
const writing = { entry: 'entry.edit', run: 'run.note' } as const satisfies Record<DocumentKind, Action>;
const kinds = Object.keys(writing) as DocumentKind[];

async function aDocument(kind: DocumentKind): Promise<{ kind: DocumentKind; id: string }> {
  if (kind === 'run') return { kind, id: (await lab.aRun()).id };
  const { id: projectId } = await lab.aProject();
  const engineer = await app.as('engineer@acme.test');
  return { kind, id: (await call(engineer, notebookEndpoints.create, { projectId, title: 'Rights' })).id };
}

/** How many changes of a document are stored. */
async function stored({ kind, id }: { kind: DocumentKind; id: string }): Promise<number> {
  const { state } = kind === 'entry' ? entryHistoryEndpoints : runHistoryEndpoints;
  return (await call(await app.as('admin@acme.test'), state, { id })).lastSeq;
}

describe.each(kinds)('the room of a document of kind %s', (kind) => {
  test.each(roles)('lets a %s read and write as the permission table says', async (role) => {
    const document = await aDocument(kind);
    const before = await stored(document);
    const tab = await documentTab(await app.as(`${role}@acme.test`), document);
    const closed = new Promise<number>((resolve) => {
      tab.on('connection-close', (event) => resolve((event as { code: number } | null)?.code ?? 0));
    });
    tab.doc.getXmlFragment(bodyField).insert(0, [new Y.XmlElement('paragraph')]);
    const written = vi.waitUntil(async () => (await stored(document)) > before, { timeout: 5000, interval: 10 });
    const verdict = await Promise.race([
      written.then(
        () => 'written',
        () => 'lost',
      ),
      closed,
    ]);
    expect(verdict).toBe(roleAllows(role, writing[kind]) ? 'written' : closeCode.notAllowed);
    expect(await stored(document)).toBe(before + (verdict === 'written' ? 1 : 0));
  });

  test('does not exist for another organisation, exactly as an unknown one; for its own it does', async () => {
    const [document, stranger] = [await aDocument(kind), await app.as('admin@borealis.test')];
    const codes = [await knock(stranger, document), await knock(stranger, { kind, id: nobodysId })];
    expect(codes).toEqual([closeCode.missing, closeCode.missing]);
    expect(await knock(await app.as('viewer@acme.test'), document)).toBeNull();
  });

  test('opens for nobody without a session', async () => {
    const answer = await knock(new Agent(app.origin), await aDocument(kind));
    expect([401, closeCode.signedOut]).toContain(answer);
  });
});

describe('a live topic', () => {
  const watch = (live: LiveClient, kind: 'run' | 'series', id: string) =>
    live.socket.timeout(5000).emitWithAck(`watch.${kind}`, { id, after: -1 });
  async function dashboard(email: string): Promise<LiveClient> {
    const live = await openLive(await app.as(email));
    onTestFinished(() => live.close());
    return live;
  }

  test.each(roles)('is watched by a %s as the permission table says', async (role) => {
    const [run, series] = [await lab.aRun(), await lab.aSeries()];
    const live = await dashboard(`${role}@acme.test`);
    expect(await watch(live, 'run', run.id)).toMatchObject({ ok: roleAllows(role, 'run.read') });
    expect(await watch(live, 'series', series.id)).toMatchObject({ ok: roleAllows(role, 'series.read') });
  });

  test('does not exist for another organisation, exactly as an unknown one, and nothing of it is told there', async () => {
    const stranger = await dashboard('admin@borealis.test');
    const [run, series] = [await lab.aRun(), await lab.aSeries()];
    for (const [kind, id] of [
      ['run', run.id],
      ['series', series.id],
    ] as const) {
      expect(await watch(stranger, kind, id)).toEqual(await watch(stranger, kind, nobodysId));
    }
    const theirs = await laboratory(app, 'borealis.test').aProject();
    await stranger.until('project.changed', (told) => told.some(({ id }) => id === theirs.id));
    expect(stranger.told.map(({ event }) => event)).not.toContain('run.changed');
  });

  test('is closed to nobody’s connection from the start', async () => {
    const nobody = new LiveClient(app.origin, { origin: app.origin });
    onTestFinished(() => nobody.close());
    await expect(nobody.connected()).rejects.toThrow(/./);
  });
});
