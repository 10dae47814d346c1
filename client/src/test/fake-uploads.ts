import type { FileUsage } from '@cobench/shared/files/upload';
import { IDBFactory } from 'fake-indexeddb';
import type { UploadParts } from '#lib/uploads/upload-parts.ts';
import { UploadQueue } from '#lib/uploads/upload-queue.svelte.ts';
import { UploadPlaces } from '#lib/uploads/upload-places.ts';
import { UploadRecords } from '#lib/uploads/upload-records.ts';
import type { TabNews } from '#lib/uploads/upload-tabs.ts';
import { UploadInterrupted, UploadUnknown } from '#lib/uploads/upload-trouble.ts';
import { fakeLocks } from './fake-locks.ts';

type Begun = { url: string; metadata: Record<string, string>; size: number; offset: number; fileId: string | null };

/** For tests: a server of uploads that can be cut off, and the tabs of one browser with its disk. */
export class FakeUploads {
  readonly begun: Begun[] = [];
  usage: FileUsage = unlimited;
  online = true;
  /** The next answer is lost after its work was done. */
  losesAnswer = false;
  /** Requests that are held until `release`. */
  holding = false;
  hashes = 0;
  terminated: string[] = [];
  readonly factory = new IDBFactory();
  readonly #locks = fakeLocks();
  readonly #tabs: FakeTab[] = [];
  #held: (() => void)[] = [];
  #waiting: (() => void)[] = [];

  /** Another tab of this browser. */
  open(): UploadQueue {
    return new UploadQueue(this.parts());
  }

  parts(): UploadParts {
    return {
      hash: async (file) => {
        this.hashes++;
        return `sum of ${await file.text()}`;
      },
      send: async (file, { metadata, url, onurl, onprogress, signal }) => {
        if (!this.online) throw new UploadInterrupted('Waiting for the connection.');
        const upload = url === null ? this.#begin(metadata, file.size) : this.begun.find((one) => one.url === url);
        if (upload === undefined || (url !== null && upload.fileId !== null)) throw new UploadUnknown('Unknown.');
        if (!this.losesAnswer) onurl(upload.url);
        if (this.holding) await new Promise<void>((resolve) => this.#held.push(resolve));
        signal.throwIfAborted();
        if (!this.online) {
          upload.offset = Math.floor(file.size / 2);
          onprogress(upload.offset);
          throw new UploadInterrupted('Waiting for the connection.');
        }
        onprogress(file.size);
        upload.offset = file.size;
        upload.fileId = `file ${upload.metadata['filename']}`;
        if (!this.losesAnswer) return upload.fileId;
        this.losesAnswer = false;
        throw new UploadInterrupted('Waiting for the connection.');
      },
      find: async ({ sha256 }) => {
        const found = this.begun.find(({ metadata }) => metadata['sha256'] === sha256);
        if (found === undefined) return null;
        return found.fileId === null ? { url: found.url } : { fileId: found.fileId };
      },
      wait: (_attempt, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          if (this.online) resolve();
          else this.#waiting.push(resolve);
        }),
      now: () => 0,
      join: (name, on) => this.#join(name, on),
      records: (name) => new UploadRecords(name, this.factory),
      places: (name) => new UploadPlaces(name, this.factory, this.#locks),
      terminate: async (url) => void this.terminated.push(url),
      usage: async () => this.usage,
    };
  }

  release(): void {
    this.holding = false;
    for (const go of this.#held.splice(0)) go();
  }

  cut(): void {
    this.online = false;
    this.release();
  }

  mend(): void {
    this.online = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** The browser has dropped what it had kept of the files themselves. */
  async loseBytes(): Promise<void> {
    for (const { name = '' } of await this.factory.databases())
      await new Promise<void>((resolve) => {
        const request = this.factory.open(name);
        request.addEventListener('success', () => {
          const transaction = request.result.transaction('blobs', 'readwrite');
          transaction.objectStore('blobs').clear();
          transaction.addEventListener('complete', () => {
            request.result.close();
            resolve();
          });
        });
      });
  }

  #begin(metadata: Record<string, string>, size: number): Begun {
    const upload = { url: `/uploads/${this.begun.length + 1}`, metadata, size, offset: 0, fileId: null };
    this.begun.push(upload);
    return upload;
  }

  #join(name: string, on: FakeTab['on']) {
    const tab: FakeTab = { name, on };
    const others = () => this.#tabs.filter((other) => other.name === name);
    this.#tabs.push(tab);
    if (others()[0] === tab) on.lead();
    return {
      post: (news: TabNews) => {
        for (const other of others()) if (other !== tab) other.on.news(news);
      },
      close: () => {
        const wasFirst = others()[0] === tab;
        this.#tabs.splice(this.#tabs.indexOf(tab), 1);
        if (wasFirst) others()[0]?.on.lead();
      },
    };
  }
}

type FakeTab = { name: string; on: { news: (news: TabNews) => void; lead: () => void } };

const unlimited: FileUsage = {
  organisation: { used: 0, reserved: 0, limit: null },
  person: { used: 0, reserved: 0, limit: null },
  largestFile: 1e9,
};
