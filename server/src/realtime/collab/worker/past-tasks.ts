import type { PastState, PastStint, PastVersion } from '../../../features/history/index.ts';
import type { LogRecord } from '../log.ts';
import { attribute } from './attribute.ts';
import { Past } from './rebuild.ts';
import { restoreUpdate } from './restore.ts';
import { targetAt } from './target.ts';
import { stintsWithTitles } from './titles.ts';
import { versionsOf } from './versions.ts';

const mebibyte = 1024 * 1024;

export type PastTasks = ReturnType<typeof pastTasks>;
type Of<T = unknown> = { key: string } & T;

/**
 * What the history thread does. It remembers the documents it was asked about last, so that a question costs what was
 * written since the last one. Each question begins with `open` and ends with `close`; between them nothing is forgotten.
 * @param maxKeptBytes of documents that nobody asks about at the moment
 */
export function pastTasks(maxKeptBytes = 128 * mebibyte) {
  const pasts = new Map<string, { past: Past; users: number }>();

  function known(key: string): Past {
    const kept = pasts.get(key);
    if (!kept) throw new Error(`Nothing is known of ${key}.`);
    return kept.past;
  }

  function forgetOldest(): void {
    let bytes = [...pasts.values()].reduce((sum, { past }) => sum + past.size, 0);
    for (const [key, { past, users }] of pasts) {
      if (bytes <= maxKeptBytes) return;
      if (users > 0) continue;
      pasts.delete(key);
      bytes -= past.size;
    }
  }

  return {
    /** The last record that is known of a document. */
    open({ key }: Of): number {
      const kept = pasts.get(key) ?? { past: new Past(), users: 0 };
      // The last in the map is the last used.
      pasts.delete(key);
      pasts.set(key, { ...kept, users: kept.users + 1 });
      return kept.past.seq;
    },
    /** Takes records; those that are known already are left out. What is damaged is forgotten altogether. */
    extend({ key, records }: Of<{ records: readonly LogRecord[] }>): number {
      const past = known(key);
      try {
        past.extend(records.filter(({ seq }) => seq > past.seq));
        return past.seq;
      } catch (error) {
        pasts.delete(key);
        throw error;
      }
    },
    close({ key }: Of): void {
      const kept = pasts.get(key);
      if (kept) kept.users--;
      forgetOldest();
    },
    versions: ({ key, named, now }: Of<{ named: readonly number[]; now: number }>): PastVersion[] =>
      versionsOf(known(key).records, { named: new Set(named), now }),
    stints: ({ key }: Of): PastStint[] => stintsWithTitles(known(key)),
    state: ({ key, seq }: Of<{ seq: number }>): PastState => attribute(known(key), seq),
    /**
     * The change that brings a state back; null where the document is in it. With `until` it is that between the two
     * states: what came later stays.
     */
    restore({ key, seq, until }: Of<{ seq: number; until: number }>): Uint8Array | null {
      const past = known(key);
      return restoreUpdate(past.encoded(until), targetAt(past, seq));
    },
  };
}
