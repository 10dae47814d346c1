import { notebookEndpoints } from '@cobench/shared/notebook/entry';
import { projectEndpoints } from '@cobench/shared/projects/project';
import { collabPath } from '@cobench/shared/realtime/collab';
import { Agent } from '../../test/agent.ts';
import { call } from '../../test/call.ts';

const editors = ['engineer@acme.test', 'pi@acme.test', 'admin@acme.test'];

/** People of the demo, signed in at `origin`, who make new documents and open sockets. */
export type People = {
  /** Identities of new entries, empty unless content is given. */
  entries(count: number, content?: { markdown: string }): Promise<string[]>;
  /** What a socket has to send along; writers take turns as different people. */
  headers(writer: number): Record<string, string>;
  /** The same for somebody who may only read. */
  viewerHeaders(): Record<string, string>;
};

export async function signInPeople(origin: string): Promise<People> {
  const [viewer, ...agents] = await Promise.all(
    ['viewer@acme.test', ...editors].map((email) => new Agent(origin).signIn(email)),
  );
  const [author] = agents;
  if (!viewer || !author) throw new TypeError('Nobody signs in.');
  const { items } = await call(author, projectEndpoints.list, {});
  const projectId = items[0]?.id ?? '';
  const headersOf = (agent: Agent): Record<string, string> => ({ origin, cookie: agent.cookie(collabPath) });
  let made = 0;
  return {
    async entries(count, content) {
      const ids: string[] = [];
      for (let n = 0; n < count; n++) {
        const title = `Bench ${++made}`;
        ids.push((await call(author, notebookEndpoints.create, { projectId, title, ...content })).id);
      }
      return ids;
    },
    headers: (writer) => headersOf(agents[writer % agents.length] ?? author),
    viewerHeaders: () => headersOf(viewer),
  };
}
