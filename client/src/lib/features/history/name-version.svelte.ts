import { historyEndpoints, type DocumentVersion } from '@cobench/shared/history/history';
import { call } from '#lib/api/call.ts';
import { Submission } from '#lib/api/submission.svelte.ts';
import type { DocumentRef } from './document-owner.ts';

/** The form that names a version, or renames it where it has a name. */
export class NameVersion {
  name = $state('');
  readonly sending = new Submission();
  readonly ready = $derived.by(() => this.name.trim() !== '' && !this.sending.busy);
  readonly #of: { document: DocumentRef; seq: number; named: DocumentVersion['name'] };

  constructor(of: { document: DocumentRef; seq: number; named: DocumentVersion['name'] }) {
    this.#of = of;
    this.name = of.named?.text ?? '';
  }

  submit(): Promise<DocumentVersion | null> {
    const { document, seq, named } = this.#of;
    const { nameVersion, renameVersion } = historyEndpoints[document.kind];
    const version = { id: document.id, seq, name: this.name };
    return this.sending.send(() =>
      named ? call(renameVersion, { ...version, version: named.version }) : call(nameVersion, version),
    );
  }
}
