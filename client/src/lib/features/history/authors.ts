import type { DocumentState, Stint } from '@cobench/shared/history/history';
import type { HistoryNode } from '@cobench/shared/history/history-node';
import { personColour } from '@cobench/shared/realtime/person-colour';
import { exactTime, timeOfDay } from '#lib/ui/format.ts';
import type { Author } from './drawn-node.ts';

/** A person in the legend of a document, with the characters of theirs that are in it. */
export type Contributor = { id: string; name: string; colour: string; characters: number };

/** Who wrote a piece and when, as it is said. */
export function authorOf({ person, from, to, how }: Stint): Author {
  const when = from === to ? exactTime(from) : `${exactTime(from)} to ${timeOfDay(to)}`;
  const how_ = { typed: 'Written', imported: 'Brought in', restored: 'Brought back' }[how];
  return { ...person, colour: personColour(person.id), words: `${how_} by ${person.name}, ${when}` };
}

/** Everybody with text in a document, whoever wrote most first. */
export function contributorsOf({ document, authors }: Pick<DocumentState, 'document' | 'authors'>): Contributor[] {
  const found = new Map<string, Contributor>();
  const count = ({ text, content, by }: HistoryNode): void => {
    const person = authors[by]?.person;
    if (person && text !== undefined) {
      const one = found.get(person.id) ?? { ...person, colour: personColour(person.id), characters: 0 };
      found.set(person.id, { ...one, characters: one.characters + text.length });
    }
    content?.forEach(count);
  };
  count(document);
  return [...found.values()].toSorted((one, other) => other.characters - one.characters);
}
