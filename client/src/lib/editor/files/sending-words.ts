import type { SentFile } from './file-sender.ts';

type Sending = {
  item: Pick<SentFile['item'], 'now' | 'sent' | 'size'> | null;
  trouble: string | null;
  offline: boolean;
};

/** What is said of a file on its way; `failed`: somebody has to do something; `moving`: bytes are leaving. */
export type SendingWords = { text: string; failed: boolean; moving: boolean };

const waitingOffline = 'Waits until the network is back';

/** How much of it has left, in per cent. */
export const percentOf = (item?: { sent: number; size: number }): number =>
  item && item.size > 0 ? Math.floor((item.sent / item.size) * 100) : 0;

export function sendingWords({ item, trouble, offline }: Sending): SendingWords {
  const say = (text: string, is: Partial<SendingWords> = {}) => ({ text, failed: false, moving: false, ...is });
  if (trouble !== null) return say(trouble, { failed: true });
  if (item === null) return say(offline ? waitingOffline : 'Getting ready…');
  const { now } = item;
  switch (now.state) {
    case 'failed':
      return say(now.words, { failed: true });
    case 'needs-file':
      return say(now.words ?? 'The browser does not have it any more: choose it in the list of uploads.', {
        failed: true,
      });
    case 'done':
      return say('Putting it in…');
    case 'paused':
      return say('Paused in the list of uploads');
    case 'checking':
      return say(offline ? waitingOffline : 'Checking…');
    case 'sending':
      return offline ? say(waitingOffline) : say(`${percentOf(item)} %`, { moving: true });
    case 'interrupted':
      return say(offline ? waitingOffline : now.words);
    case 'waiting':
    case 'cancelled':
      return say(offline ? waitingOffline : 'Waiting…');
    default:
      return now satisfies never;
  }
}
