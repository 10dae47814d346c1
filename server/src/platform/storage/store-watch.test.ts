import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { startS3 } from '../../../test/storage/s3.ts';
import { s3Store } from './s3-store.ts';
import { storeWatch } from './store-watch.ts';

test('a store that is stopped is told as away, once, and as back', async () => {
  const s3 = await startS3();
  const store = s3Store(s3.place);
  const said: string[] = [];
  const log = {
    warn: (_: unknown, words: string) => void said.push(words),
    info: (words: string) => void said.push(words),
  };
  const metrics = new Registry();
  const watch = storeWatch({ store, metrics, log: log as never });
  const look = async (): Promise<[boolean, string]> => {
    await watch.look();
    return [watch.answers(), /^cobench_object_store_up (\d)$/m.exec(await metrics.metrics())?.[1] ?? ''];
  };
  expect(await look()).toEqual([true, '1']);
  await s3.stop();
  expect(await look()).toEqual([false, '0']);
  expect(await look()).toEqual([false, '0']);
  await s3.start();
  expect(await look()).toEqual([true, '1']);
  expect(said).toEqual(['the store of encrypted files does not answer', 'the store of encrypted files answers again']);
  await store.close();
  await s3.close();
});
