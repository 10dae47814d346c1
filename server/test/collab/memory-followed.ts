import type { Followed } from '../../src/realtime/collab/followed.mongo.ts';
import { documentKey, type CollabDocument } from '../../src/realtime/collab/peer.ts';

/** What is being followed, in memory. */
export class MemoryFollowed implements Followed {
  readonly behind = new Map<string, CollabDocument>();

  begin(document: CollabDocument): Promise<void> {
    this.behind.set(documentKey(document), document);
    return Promise.resolve();
  }

  end(document: CollabDocument): Promise<void> {
    this.behind.delete(documentKey(document));
    return Promise.resolve();
  }

  async *unfinished(): AsyncGenerator<CollabDocument> {
    yield* this.behind.values();
  }
}
