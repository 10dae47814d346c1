import { abandonDocuments, flushDocuments, keepDocumentsIn } from '#lib/realtime/collab-open.ts';
import { Copies, type CopyOwner } from '#lib/realtime/copy/copies.ts';
import { troubleOf } from '#lib/realtime/copy/copy-trouble.ts';
import { UnsentDocuments, type Unsent } from '#lib/realtime/unsent.svelte.ts';

/** Milliseconds after which a document that nobody has opened since need not be on this computer any more. */
const unopenedFor = 30 * 24 * 60 * 60_000;

/** What the signed-in person has of their documents on this computer. */
export class OnThisComputer {
  #copies: Copies | null = null;
  #unsent = $state.raw<UnsentDocuments | null>(null);

  /** Documents whose changes the server does not have, by name. */
  get unsent(): Unsent[] {
    return this.#unsent?.list ?? [];
  }

  /** Keeps the documents of this person from now on, and sends what they left. Returns the end of it. */
  keepFor(owner: CopyOwner): () => void {
    const copies = new Copies(owner);
    const unsent = new UnsentDocuments({ copies });
    this.#copies = copies;
    this.#unsent = unsent;
    const offs = [keepDocumentsIn(copies), unsent.follow()];
    void unlessForbidden(copies.sweep({ unopenedFor }));
    return () => {
      for (const off of offs) off();
      this.#copies = null;
      this.#unsent = null;
    };
  }

  /** Looks again at what is not on the server, everything written until now included. */
  async look(): Promise<Unsent[]> {
    await flushDocuments();
    await this.#unsent?.look();
    return this.unsent;
  }

  /** The person has signed out. `unsent`: whether what only this computer has stays here for them. */
  async leave(unsent: 'stays' | 'goes'): Promise<void> {
    await flushDocuments();
    abandonDocuments();
    if (this.#copies) await unlessForbidden(this.#copies.leave({ unsent }));
  }
}

/** The session of a person is over: what the server has too need not be here, where somebody else may sit down. */
export const sweepCopiesOf = (owner: CopyOwner): void => void unlessForbidden(new Copies(owner).sweep());

/** Where the browser keeps nothing there is nothing to remove. */
async function unlessForbidden(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    troubleOf(error);
  }
}
