import type { Connection } from 'mongoose';
import {
  auditFile,
  chainsSigned,
  checkpointKey,
  mongoAudit,
  readCheckpoints,
  toldEntries,
  verified,
} from '../features/audit/index.ts';
import { mongoIdentity } from '../features/identity/index.ts';

/** One chain: the organisation whose it is, and what it is called. */
type Chain = { orgId: string; name: string };

/** The commands that look after the audit trail. `directory` is where its checkpoints are. */
export function auditCommands(connection: Connection, { directory }: { directory: string }) {
  const repo = mongoAudit(connection);
  const { organisations } = mongoIdentity(connection);

  return {
    /** All chains, or the one of an organisation by its slug; also those of which only checkpoints are left. */
    async chains(which: string | undefined): Promise<Chain[]> {
      const ids = [...new Set([...(await repo.chains()), ...(await chainsSigned(directory))])].toSorted();
      const slugs = new Map((await organisations.byIds(ids)).map(({ id, slug }) => [id, slug]));
      const all = ids.map((orgId) => ({ orgId, name: slugs.get(orgId) ?? orgId }));
      return which === undefined ? all : all.filter(({ name }) => name === which);
    },

    /** A line for each finding, or one that says that the chain is intact. */
    async verify({ orgId, name }: Chain): Promise<{ lines: string[]; ok: boolean }> {
      const checkpoints = await readCheckpoints(directory, { orgId, key: await checkpointKey(directory) });
      const { entries, findings } = await verified(repo.each(orgId, {}), checkpoints);
      const intact = `${name}: ${entries} entries as they were written, ${checkpoints.length} checkpoints\n`;
      const lines = findings.map(({ seq, problem }) => `${name}: entry ${seq}: ${problem}\n`);
      return { lines: lines.length > 0 ? lines : [intact], ok: lines.length === 0 };
    },

    export: ({ orgId }: Chain, format: 'csv' | 'json'): AsyncIterable<string> =>
      auditFile(toldEntries(repo.each(orgId, {})), format),
  };
}
