import type { Problem } from '@cobench/shared/errors';
import type { DocumentState } from '@cobench/shared/history/history';
import { compareDocuments } from '@cobench/shared/editor/compare';
import type { ComparedNode } from '@cobench/shared/editor/compare-node';
import { compareProperties, type ComparedProperties } from '@cobench/shared/notebook/compare-properties';
import { problemOf } from '#lib/api/problem.ts';
import type { DocumentRef } from './document-owner.ts';
import { fetchState } from './past-view.svelte.ts';

export type Difference = {
  from: DocumentState;
  to: DocumentState;
  blocks: ComparedNode[];
  properties: ComparedProperties;
  /** Words that came and went, and other things that are different. */
  counts: { added: number; removed: number; changed: number };
};

/** Two states of a document laid over each other; null is "now". */
export class Comparison {
  difference = $state.raw<Difference | null>(null);
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  #turn = 0;

  async show(document: DocumentRef, { from, to }: { from: number | null; to: number | null }): Promise<void> {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const [old, now] = await Promise.all([fetchState(document, from), fetchState(document, to)]);
      if (turn !== this.#turn) return;
      this.difference = differenceOf(old, now);
      this.problem = null;
    } catch (error) {
      const problem = problemOf(error);
      if (turn === this.#turn) this.problem = problem;
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }
}

function differenceOf(from: DocumentState, to: DocumentState): Difference {
  const compared = compareDocuments(from.document, to.document);
  const properties = compareProperties(from.properties, to.properties);
  return { from, to, blocks: compared.content ?? [], properties, counts: countIn(compared) };
}

function countIn({ change, text, content, was }: ComparedNode): Difference['counts'] {
  const counts = { added: 0, removed: 0, changed: was ? 1 : 0 };
  if ((change === 'added' || change === 'removed') && text !== undefined) counts[change] += wordsOf(text);
  else if ((change === 'added' || change === 'removed') && !content) counts.changed++;
  for (const child of content ?? []) {
    const inside = countIn(child);
    counts.added += inside.added;
    counts.removed += inside.removed;
    counts.changed += inside.changed;
  }
  return counts;
}

const wordsOf = (text: string): number => (text.match(/[\p{L}\p{N}]+(?:[.,'’-][\p{L}\p{N}]+)*/gu) ?? []).length;
