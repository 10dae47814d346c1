// Adapts the team's bench for servers that speak Yjs over websockets to Cobench: its rooms are entries of the demo.
// Usage: node collab-bench/bench.mjs --hook THIS_FILE --start 'node server/src/main.ts' --url ws://localhost:PORT/collab …
import { collabPath } from '@cobench/shared/realtime/collab';
import { signInPeople, type People } from './people.ts';

type Place = { base: string; room: string; role: 'editor' | 'viewer' | 'revokee'; i: number };

let people: People | null = null;

function signedIn(): People {
  if (!people) throw new TypeError('Nobody is signed in.');
  return people;
}

export default {
  viewer: true,
  async setup({ url }: { url: string }): Promise<void> {
    people = await signInPeople(`http://${new URL(url).host}`);
  },
  rooms: (names: string[]): Promise<string[]> => signedIn().entries(names.length),
  url: ({ base, room }: Place): string => `${new URL(base).origin.replace('http', 'ws')}${collabPath}/entry/${room}`,
  headers: ({ role, i }: Place): Record<string, string> =>
    role === 'viewer' ? signedIn().viewerHeaders() : signedIn().headers(i),
};
