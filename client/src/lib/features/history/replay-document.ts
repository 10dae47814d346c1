import { nodeKey } from '@cobench/shared/editor/plain-node';
import { decodeChanges } from '@cobench/shared/history/changes';
import type { ChangePage } from '@cobench/shared/history/history';
import type { PersonRef } from '@cobench/shared/identity/person-ref';
import type { HistoryNode } from '@cobench/shared/history/history-node';
import { readBody } from '@cobench/shared/history/read-body';
import { readText } from '@cobench/shared/history/read-tree';
import { Timeline, type Amount, type Moment } from '@cobench/shared/history/timeline';
import { propertyRoots } from '@cobench/shared/notebook/properties';
import { bodyField } from '@cobench/shared/realtime/collab';
import { fromBase64 } from 'lib0/buffer';
import * as Y from 'yjs';

/**
 * Every state a document ever had, from its changes: one Yjs document that forgets nothing, and the moment that each
 * thing in it was made and deleted. Any moment is read in one walk, so nothing has to be kept of the others.
 */
export class ReplayDocument {
  readonly people: PersonRef[] = [];
  readonly #doc = new Y.Doc({ gc: false });
  readonly #timeline = new Timeline();
  readonly #amounts: Amount[] = [];
  readonly #places = new Map<string, number>();
  #shown: readonly HistoryNode[] = [];

  get length(): number {
    return this.#timeline.moments.length;
  }

  /** Takes the next changes. */
  add({ people, changes }: Pick<ChangePage, 'people' | 'changes'>): void {
    const places = people.map((person) => this.#placeOf(person));
    this.#doc.transact((transaction) => {
      for (const { seq, at, person, update } of decodeChanges(fromBase64(changes))) {
        const { id: personId } = this.people[places[person] ?? 0] ?? { id: '' };
        this.#amounts.push(this.#timeline.add({ seq, at, personId }, Y.decodeUpdate(update)));
        Y.applyUpdate(this.#doc, update);
      }
      // Else Yjs would tidy up formatting that was there in the past.
      transaction.local = true;
    });
  }

  /** When a change was stored, and who made it. */
  moment(index: number): (Moment & Amount & { person: PersonRef }) | null {
    const moment = this.#timeline.moments[index];
    const person = moment && this.people[this.#places.get(moment.personId) ?? -1];
    if (!moment || !person) return null;
    return { ...moment, ...(this.#amounts[index] ?? { added: 0, removed: 0 }), person };
  }

  title(index: number): string {
    return readText(this.#doc.getText(propertyRoots.title), { timeline: this.#timeline, moment: index });
  }

  /**
   * The blocks of the body right after a change. `by` is 0 for what was there before the last `fresh` changes, and else
   * a person's place plus one. A block that is as it was last time is the same object.
   */
  blocks(index: number, fresh: number): readonly HistoryNode[] {
    const { content = [] } = readBody(this.#doc.getXmlFragment(bodyField), {
      timeline: this.#timeline,
      moment: index,
      author: (made) => (made > index - fresh ? this.#personAt(made) + 1 : 0),
    });
    const before = new Map(this.#shown.map((block) => [nodeKey(block), block]));
    this.#shown = content.map((block) => before.get(nodeKey(block)) ?? block);
    return this.#shown;
  }

  #personAt(moment: number): number {
    return this.#places.get(this.#timeline.moments[moment]?.personId ?? '') ?? 0;
  }

  #placeOf(person: PersonRef): number {
    const known = this.#places.get(person.id);
    if (known !== undefined) return known;
    const place = this.people.push(person) - 1;
    this.#places.set(person.id, place);
    return place;
  }
}
