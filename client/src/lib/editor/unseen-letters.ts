import * as Y from 'yjs';
import { updatesUnderway } from '#lib/realtime/remote-updates.ts';
import { bindingExtension, watchWith, type Binding } from './binding.ts';

/**
 * Yjs cannot move a line: whoever makes a heading of it, puts it into a list or joins it with another deletes it and
 * writes it again, as they know it. What somebody else was typing into it at that moment would be gone with the old
 * line. Here everybody puts back the letters that they typed themselves and that the other cannot have seen, into the
 * copy of the line, before the editor shows it, and takes the cursor there. Where there is no copy, the line was
 * deleted, and they with it.
 */
export const UnseenLetters = bindingExtension({ name: 'unseenLetters', priority: 5 }, (binding) => {
  const show = binding._observeFunction;
  watchWith(binding, (events, transaction) => {
    putBack(binding, transaction);
    show(events, transaction);
  });
});

/** A letter of a line that was deleted: whether who deleted it knew it, and whether it was typed here. */
type Letter = { id: Y.ID; text: string; isSeen: boolean; isMine: boolean };
/** Where a line is now: its beginning, and each of its letters that the other saw. */
type Place = { text: Y.XmlText; at: number; seen: readonly number[] };
/** What others have asked to delete, as far as this transaction goes. */
type Asked = (id: Y.ID) => boolean;

function putBack(binding: Binding, transaction: Y.Transaction): void {
  const { doc } = transaction;
  const updates = updatesUnderway(doc);
  if (updates.length === 0) return;
  const lines = deletedLines(transaction).filter((line) => concernsUs(binding, line));
  if (lines.length === 0) return;
  const asked = askedToDelete(updates);
  const texts = writtenTexts(transaction);
  for (const line of lines) {
    const letters = lettersOf(line, transaction, asked);
    const isUnseen = letters.some(({ isSeen, isMine }) => isMine && !isSeen);
    if (!isUnseen && !hasCursor(binding, line, letters)) continue;
    const seen = letters.map(({ text, isSeen }) => (isSeen ? text : '')).join('');
    const place = seen === '' ? isUnseen && beside(line) : copyOf(seen, texts);
    if (place) doc.transact(() => moveCursor(binding, line, letters, { ...place, now: complete(place, letters) }));
  }
}

/** Writes what is missing, side by side in one piece; returns where each letter is then. */
function complete({ text, at, seen }: Place, letters: readonly Letter[]): number[] {
  const now: number[] = [];
  let passed = 0;
  let end = at;
  let added = 0;
  let missing = '';
  const write = () => {
    if (missing !== '') text.insert(end - missing.length, missing);
    added += missing.length;
    missing = '';
  };
  for (const { text: letter, isSeen, isMine } of letters) {
    if (isSeen) {
      write();
      end = (seen[passed++] ?? at) + added + 1;
    } else if (isMine) {
      missing += letter;
      end++;
    }
    now.push(end - 1);
  }
  write();
  return now;
}

/** Whether we have typed into a line, or are in it: what goes through all its letters is not done for every line. */
function concernsUs({ doc, beforeTransactionSelection: cursor }: Binding, line: Y.XmlText): boolean {
  const points = [cursor?.anchor, cursor?.head].flatMap((point) => point ?? []);
  if (points.some(({ type }) => type && line._item && Y.compareIDs(type, line._item.id))) return true;
  const holds = ({ id, length }: Y.Item, at: Y.ID | null) =>
    at !== null && at.client === id.client && at.clock >= id.clock && at.clock < id.clock + length;
  for (const part of itemsOf(line)) {
    if (part.id.client === doc.clientID || points.some(({ item }) => holds(part, item))) return true;
  }
  return false;
}

const hasCursor = ({ beforeTransactionSelection: cursor }: Binding, line: Y.XmlText, letters: readonly Letter[]) =>
  [cursor?.anchor, cursor?.head].some((point) => point && letterBefore(point, line, letters) !== null);

/** The letter that a point in a line stands behind: -1 at its beginning, null where it is in another. */
function letterBefore({ item, type }: Y.RelativePosition, line: Y.XmlText, letters: readonly Letter[]): number | null {
  if (!item) return type && line._item && Y.compareIDs(type, line._item.id) ? -1 : null;
  const at = letters.findIndex(({ id }) => Y.compareIDs(id, item));
  return at === -1 ? null : at;
}

/** The binding would look for the cursor by the letters around it, and miss it where a line is in a block now. */
function moveCursor(
  binding: Binding,
  line: Y.XmlText,
  letters: readonly Letter[],
  { text, at, now }: Place & { now: readonly number[] },
): void {
  const moved = (point: Y.RelativePosition | null) => {
    const behind = point && letterBefore(point, line, letters);
    if (behind === null) return null;
    return Y.createRelativePositionFromTypeIndex(text, behind === -1 ? at : (now[behind] ?? at - 1) + 1, -1);
  };
  const cursor = binding.beforeTransactionSelection;
  if (!cursor) return;
  const [anchor, head] = [moved(cursor.anchor), moved(cursor.head)];
  binding.beforeTransactionSelection = {
    ...cursor,
    ...(anchor && { anchor, absAnchor: null }),
    ...(head && { head, absHead: null }),
  };
}

/** Where a line was written again: as it was, joined with another, or with letters that were typed into it since. */
function copyOf(line: string, texts: readonly Y.XmlText[]): Place | undefined {
  const copies = texts
    .map((text) => ({ text, letters: visible(text) }))
    .filter(({ letters }) => letters === line || line.length >= leastTelling)
    .toSorted((one, other) => one.letters.length - other.letters.length);
  for (const { text, letters } of copies) {
    const seen = placesIn(letters, line);
    if (seen) return { text, at: seen[0] ?? 0, seen };
  }
  return undefined;
}
/** Fewer letters may stand anywhere by chance, */
const leastTelling = 4;
/** and so may any among very many. */
const mostBetween = 64;

/** Where the letters of a line are among others: side by side, or in order with a few between. */
function placesIn(letters: string, line: string): number[] | undefined {
  const start = letters.indexOf(line);
  if (start === -1 && letters.length - line.length > Math.max(mostBetween, line.length)) return undefined;
  const places: number[] = [];
  for (let at = Math.max(start, 0); at < letters.length && places.length < line.length; at++) {
    if (letters[at] === line[places.length]) places.push(at);
  }
  return places.length === line.length ? places : undefined;
}

/** What was empty for whoever deleted it: the end of the line before, or of the one that is in its place now. */
function beside(line: Y.XmlText): Place | undefined {
  for (let item = line._item; item; item = item.parent instanceof Y.XmlElement ? item.parent._item : null) {
    for (let before = item.left; before; before = before.left) {
      const text = before.deleted ? undefined : lastText(before);
      if (text) return { text, at: text.length, seen: [] };
    }
  }
  return undefined;
}

function lastText({ content }: Y.Item): Y.XmlText | undefined {
  const type = content instanceof Y.ContentType ? content.type : null;
  if (type instanceof Y.XmlText) return type;
  const children = type instanceof Y.XmlElement ? [...itemsOf(type)].filter(({ deleted }) => !deleted) : [];
  return children.toReversed().flatMap((child) => lastText(child) ?? [])[0];
}

function deletedLines(transaction: Y.Transaction): Y.XmlText[] {
  const lines: Y.XmlText[] = [];
  Y.iterateDeletedStructs(transaction, transaction.deleteSet, (struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentType)) return;
    if (struct.content.type instanceof Y.XmlText) lines.push(struct.content.type);
  });
  return lines;
}

/** The letters that this transaction took away with a line. */
function lettersOf(line: Y.XmlText, transaction: Y.Transaction, asked: Asked): Letter[] {
  const letters: Letter[] = [];
  for (const { id, content, deleted } of itemsOf(line)) {
    if (!deleted || !(content instanceof Y.ContentString) || !Y.isDeleted(transaction.deleteSet, id)) continue;
    const isMine = id.client === transaction.doc.clientID;
    for (const [offset, text] of content.str.split('').entries()) {
      const own = Y.createID(id.client, id.clock + offset);
      letters.push({ id: own, text, isMine, isSeen: asked(own) });
    }
  }
  return letters;
}

function askedToDelete(updates: readonly Uint8Array[]): Asked {
  const sets = updates.map((update) => Y.decodeUpdate(update).ds);
  return (id) => sets.some((ds) => Y.isDeleted(ds, id));
}

/** The texts that a transaction made or changed. */
function writtenTexts({ changed, beforeState }: Y.Transaction): Y.XmlText[] {
  const found: Y.XmlText[] = [];
  const lookAt = (type: unknown): void => {
    if (type instanceof Y.XmlText) found.push(type);
    else if (type instanceof Y.XmlFragment) {
      for (const { id, deleted, content } of itemsOf(type)) {
        const isNew = id.clock >= (beforeState.get(id.client) ?? 0);
        if (isNew && !deleted && content instanceof Y.ContentType) lookAt(content.type);
      }
    }
  };
  for (const [type] of changed) lookAt(type);
  return found;
}

/** What a text shows, a character for each of its places. */
function visible(text: Y.XmlText): string {
  let letters = '';
  for (const { deleted, countable, content, length } of itemsOf(text)) {
    if (deleted || !countable) continue;
    letters += content instanceof Y.ContentString ? content.str : '\uFFFC'.repeat(length);
  }
  return letters;
}

function* itemsOf(type: Y.XmlText | Y.XmlFragment): Generator<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) yield item;
}
