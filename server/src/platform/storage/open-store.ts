import { folderStore } from './folder-store.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3Place } from './s3-client.ts';

/** Where the encrypted files lie. */
export type StoragePlace = { kind: 'folder'; directory: string } | ({ kind: 's3' } & S3Place);

export async function openStore(place: StoragePlace): Promise<ObjectStore> {
  switch (place.kind) {
    case 'folder':
      return folderStore(place.directory);
    case 's3': {
      // Some thirty megabytes of memory that only those pay who use it.
      const { s3Store } = await import('./s3-store.ts');
      return s3Store(place);
    }
    default:
      return place satisfies never;
  }
}
