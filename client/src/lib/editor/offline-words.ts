import { countOf } from './save-words.ts';

type Counts = {
  /** Whether what is written goes to the disk of this computer. */
  isKept: boolean;
  /** Changes that the server does not have: in this document, and in others. */
  here: number;
  elsewhere: number;
};

/** What becomes of what is written without the server. */
export function offlineWords({ isKept, here, elsewhere }: Counts): string {
  const promise = isKept
    ? 'You are offline. What you write is kept on this computer and sent when the connection is back.'
    : 'You are offline.';
  const others = elsewhere === 0 ? '' : `${countOf(elsewhere)} in other documents`;
  const own = here === 0 ? '' : `${countOf(here)} here`;
  const waiting = [own, others].filter((words) => words !== '').join(' and ');
  const isOne = here + elsewhere === 1;
  return waiting === '' ? promise : `${promise} ${waiting} ${isOne ? 'waits' : 'wait'} for that.`;
}
