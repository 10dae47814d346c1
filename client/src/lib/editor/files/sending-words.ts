import type { SentFile } from './file-sender.ts';

type Sending = {
  sent: Pick<SentFile, 'now' | 'sent' | 'size'> | null;
  trouble: string | null;
  offline: boolean;
};

/** What is said of a file on its way; `failed`: somebody has to do something; `moving`: bytes are leaving. */
export type SendingWords = { text: string; failed: boolean; moving: boolean };

const waitingOffline = 'Waits until the network is back';

export function sendingWords({ sent, trouble, offline }: Sending): SendingWords {
  const say = (text: string, is: Partial<SendingWords> = {}) => ({ text, failed: false, moving: false, ...is });
  if (trouble !== null) return say(trouble, { failed: true });
  if (sent === null) return say(offline ? waitingOffline : 'Getting ready…');
  const { state, words } = sent.now;
  switch (state) {
    case 'failed':
      return say(words ?? 'It could not be sent.', { failed: true });
    case 'needs-file':
      return say(words ?? 'The browser does not have it any more: choose it again.', { failed: true });
    case 'done':
      return say('Putting it in…');
    case 'paused':
      return say('Paused in the list of uploads');
    case 'checking':
      return say(offline ? waitingOffline : 'Checking…');
    case 'sending': {
      const percent = sent.size > 0 ? Math.floor((sent.sent / sent.size) * 100) : 0;
      return offline ? say(waitingOffline) : say(`${percent} %`, { moving: true });
    }
    case 'interrupted':
      return say(offline ? waitingOffline : (words ?? 'It goes on in a moment.'));
    default:
      return say(offline ? waitingOffline : 'Waiting…');
  }
}
