import type { Connection } from 'mongoose';
import { documentKinds } from '@cobench/shared/realtime/collab';
import { documentKey, type CollabDocument } from './peer.ts';

/** Documents whose lists may be behind: written down as long as they are, so that the next process goes on where one ended. */
export type Followed = {
  begin(document: CollabDocument): Promise<void>;
  end(document: CollabDocument): Promise<void>;
  unfinished(): AsyncIterable<CollabDocument>;
};

export function mongoFollowed(connection: Connection): Followed {
  const behind = connection.collection<{ _id: string }>('documents_behind');
  return {
    async begin(document) {
      await behind.updateOne({ _id: documentKey(document) }, { $set: { orgId: document.orgId } }, { upsert: true });
    },
    async end(document) {
      await behind.deleteOne({ _id: documentKey(document) });
    },
    async *unfinished() {
      for await (const { _id } of behind.find()) {
        const [orgId = '', kindName, id = ''] = _id.split('/');
        const kind = documentKinds.find((one) => one === kindName);
        if (kind) yield { orgId, kind, id };
      }
    },
  };
}
