import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { call } from '../../../test/call.ts';
import { entryTab } from '../../../test/collab/entry-tab.ts';
import { startTestApp, type TestApp } from '../../../test/harness.ts';
import { alone } from '../../../test/collab/alone.ts';
import { laboratory } from '../../../test/laboratory.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLog } from '../../platform/log.ts';
import { collabServer } from '../../realtime/collab/collab-server.ts';
import { mongoFollowed } from '../../realtime/collab/followed.mongo.ts';
import { mongoDocumentLog } from '../../realtime/collab/log.mongo.ts';
import { newDocument, propertiesOf } from './document.ts';
import { mongoEntries } from './entry.mongo.ts';
import { giveTitlesToDocuments, type OldDocuments } from './old-entries.ts';

let app: TestApp;
afterEach(() => app.close());

test('[RT53] a title from before titles were in documents is written there once, however often the start is cut short', async () => {
  app = await startTestApp();
  const engineer = await app.as('engineer@acme.test');
  const { id: projectId } = await laboratory(app).aProject();
  const entry = await call(engineer, notebookEndpoints.create, { projectId, title: 'Etch 14' });
  const entries = app.connection.collection<{ _id: string; orgId: string }>('entries');
  const row = await entries.findOne({ _id: entry.id });
  const document = { orgId: String(row?.orgId), kind: 'entry', id: entry.id } as const;
  // As an earlier version left it: a record with a title, a document without.
  const properties = { tags: 1, fields: 1, problems: 1, keys: 1, search: 1 } as const;
  await entries.updateOne({ _id: entry.id }, { $unset: properties });
  await app.connection.collection('document_records').deleteMany({ _id: { $regex: entry.id } as never });

  const log = mongoDocumentLog(app.connection);
  const collab = collabServer({
    ...alone,
    log,
    clock: systemClock,
    logger: createLog('silent'),
    access: async () => ({ access: 'missing', asOf: Date.now() }),
    project: async () => undefined,
    followed: mongoFollowed(app.connection),
    nameOf: async () => '',
  });
  onTestFinished(() => collab.close());
  const documents: OldDocuments = {
    read: () => collab.read(document),
    amend: (_entry, by, change) => collab.amend(document, by, change),
  };
  const repo = mongoEntries(app.connection);
  const cutShort = async (): Promise<void> => {
    throw new Error('stopped');
  };
  await expect(giveTitlesToDocuments({ repo: { ...repo, giveProperties: cutShort }, documents })).rejects.toThrow(
    'stopped',
  );
  await giveTitlesToDocuments({ repo, documents });
  await giveTitlesToDocuments({ repo, documents });
  expect(await log.lastSeq(document)).toBe(1);
  expect(propertiesOf(await documents.read(document)).properties.title).toBe('Etch 14');

  const { updatedAt, version } = await call(engineer, notebookEndpoints.get, { id: entry.id });
  expect({ updatedAt, version }).toEqual({ updatedAt: entry.updatedAt, version: 0 });
  const tab = await entryTab(engineer, entry.id);
  expect(tab.doc.getText('title').toJSON()).toBe('Etch 14');
});

test('[RT53] a document that has a title already keeps it', async () => {
  app = await startTestApp();
  const engineer = await app.as('engineer@acme.test');
  const { id: projectId } = await laboratory(app).aProject();
  const { id } = await call(engineer, notebookEndpoints.create, { projectId, title: 'Dry etch 14' });
  const entries = app.connection.collection<{ _id: string }>('entries');
  await entries.updateOne({ _id: id }, { $unset: { keys: 1 }, $set: { title: 'Etch 14' } });
  const written: unknown[] = [];
  const documents: OldDocuments = {
    read: async () => newDocument({ title: 'Dry etch 14' }).update ?? Uint8Array.of(0, 0),
    amend: async (entry, _by, change) => void written.push(change(await documents.read(entry))),
  };
  await giveTitlesToDocuments({ repo: mongoEntries(app.connection), documents });
  expect(written).toEqual([null]);
  expect(await call(engineer, notebookEndpoints.get, { id })).toMatchObject({ title: 'Dry etch 14' });
});
