import { fileEndpoints, type SealedLink } from '@cobench/shared/files/endpoints';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';

/** The way to the encrypted bytes of one version, asked for when somebody wants it: each asking is in the audit trail. */
export class SealedCopy {
  link = $state.raw<SealedLink | null>(null);
  readonly sending = new Submission();
  readonly #of: { id: string; version: number };

  constructor(of: { id: string; version: number }) {
    this.#of = of;
  }

  async ask(): Promise<void> {
    const link = await this.sending.send(() => call(fileEndpoints.sealedLink, this.#of));
    if (link !== null) this.link = link;
  }
}

/** A word as a shell takes it, whatever is in it. */
export const quoted = (word: string): string =>
  /^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** Whole seconds that a link is good for; 0 when it is over. `now` in milliseconds. */
export const goodFor = ({ expiresAt }: Pick<SealedLink, 'expiresAt'>, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(expiresAt) - now) / 1000));

/** What somebody types to fetch the encrypted bytes, and to open them without this server; see docs/file-format.md. */
export function openingCommands(link: SealedLink, name: string): { fetch: string; open: string } {
  const sealed = quoted(`./${name}.enc`);
  const { url, key, organisationId, fileId, version, sha256 } = link;
  const identity = `--organisation ${organisationId} --file ${fileId} --version ${version}`;
  return {
    fetch: `curl --fail --output ${sealed} ${quoted(url)}`,
    // A key may begin with a line, as options do.
    open: `cobench file decrypt ${sealed} ${quoted(`./${name}`)} --key=${quoted(key)} ${identity} --sha256 ${sha256}`,
  };
}
