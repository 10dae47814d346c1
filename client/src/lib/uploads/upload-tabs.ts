import type { UploadSnapshot, UploadState } from './upload-item.svelte.ts';
import type { UploadRecord } from './upload-records.ts';

/** What a person may want of files that another tab sends. */
export type Wish = 'pause' | 'resume' | 'cancel' | 'dismiss';

/** What the tabs of one person say to each other. The one that sends leads; a `File` travels as it is. */
export type TabNews =
  /** Files that were added here, for the tab that leads. */
  | { kind: 'added'; files: { record: UploadRecord; file: File; now: UploadState }[] }
  /** What the leading tab knows, for all. `whole`: there are no others. */
  | { kind: 'news'; items: UploadSnapshot[]; gone: string[]; whole: boolean }
  | { kind: 'wish'; wish: Wish; ids: string[] }
  /** A new tab wants to know everything. */
  | { kind: 'hello' }
  /** This tab leads from now on: whoever has files for it hands them over. */
  | { kind: 'leading' };

/** One tab among those of a person. */
export type Tab = { post: (news: TabNews) => void; close: () => void };
export type JoinTabs = (name: string, on: { news: (news: TabNews) => void; lead: () => void }) => Tab;

/** Joins the tabs of one person; `on.lead` is called when it is this one's turn to send, which may be at once or never. */
export const joinTabs: JoinTabs = (name, on) => {
  const channel = new BroadcastChannel(name);
  const say = channel.postMessage.bind(channel);
  const over = new AbortController();
  channel.addEventListener('message', ({ data }: MessageEvent<TabNews>) => on.news(data));
  const lead = (): Promise<void> => {
    on.lead();
    return new Promise((resolve) => over.signal.addEventListener('abort', () => resolve()));
  };
  if (navigator.locks !== undefined)
    void navigator.locks.request(name, { signal: over.signal }, lead).catch(() => undefined);
  else leadByLease(name, { lead: () => void lead(), over: over.signal });
  return {
    post: (news) => say(news),
    close: () => {
      over.abort();
      channel.close();
    },
  };
};

/** Milliseconds for which a tab without locks (a page without https) leads unless it says so again. */
const lease = 8000;

function leadByLease(name: string, { lead, over }: { lead: () => void; over: AbortSignal }): void {
  const me = `${Math.random()}`;
  let leading = false;
  const look = () => {
    const [holder, until] = (localStorage.getItem(name) ?? '').split(' ');
    if (holder !== me && Number(until) > Date.now()) return;
    localStorage.setItem(name, `${me} ${Date.now() + lease}`);
    if (!leading && holder === me) {
      leading = true;
      lead();
    }
  };
  const timer = setInterval(look, lease / 4);
  look();
  over.addEventListener('abort', () => {
    clearInterval(timer);
    if (leading) localStorage.removeItem(name);
  });
}
