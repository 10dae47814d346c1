import { hashFile } from './hash-file.ts';

/** What the page asks for: to hash a file, or to stop. */
export type HashQuestion = { id: number; file: Blob } | { id: number; stop: true };
export type HashAnswer =
  { id: number; bytes: number } | { id: number; sha256: string } | { id: number; problem: string };

const running = new Map<number, AbortController>();
const answer = (news: HashAnswer) => (self as unknown as Worker).postMessage(news, []);

addEventListener('message', ({ data }: MessageEvent<HashQuestion>) => {
  if ('stop' in data) running.get(data.id)?.abort();
  else void hash(data.id, data.file);
});

async function hash(id: number, file: Blob): Promise<void> {
  const giveUp = new AbortController();
  running.set(id, giveUp);
  try {
    const onprogress = (bytes: number) => answer({ id, bytes });
    answer({ id, sha256: await hashFile(file, { onprogress, signal: giveUp.signal }) });
  } catch (error) {
    answer({ id, problem: String(error) });
  } finally {
    running.delete(id);
  }
}
