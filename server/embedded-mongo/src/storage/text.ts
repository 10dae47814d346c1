import type { Doc, Value } from '../bson/value.ts';
import { indexNotFound } from '../language/errors.ts';
import type { TextSearch } from '../language/text.ts';
import type { Collection } from './catalog.ts';
import type { Connection } from './connection.ts';
import type { Index } from './index-spec.ts';

/** MongoDB's English stop words: they are neither searched for nor required. */
const STOP_WORDS = new Set(
  `a about above after again against all am an and any are aren as at be because been before being below between both
  but by can cannot could couldn d did didn do does doesn doing don down during each few for from further had hadn has
  hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself let ll m me more
  most mustn my myself no nor not of off on once only or other ought our ours ourselves out over own re s same shan she
  should shouldn so some such t than that the their theirs them themselves then there these they this those through to
  too under until up ve very was wasn we were weren what when where which while who whom why with won would wouldn you
  your yours yourself yourselves`.split(/\s+/),
);

/** The collection's text index; it has at most one. Throws IndexNotFound (27). */
export function textIndex(collection: Collection): Index {
  const index = collection.indexes.find((one) => one.text);
  if (!index) throw indexNotFound('text index required for $text query');
  return index;
}

export function createTextTable(writer: Connection, index: Index): void {
  const columns = columnsOf(index).map((_, n) => `f${n}`);
  writer.exec(
    `CREATE VIRTUAL TABLE t${index.id} USING fts5(${columns.join(', ')}, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2')`,
  );
}

/** Whether the index holds the document at all. */
export function hasText(index: Index, doc: Doc): boolean {
  return (!index.partial || index.partial.matches(doc)) && textsOf(index, doc).some((text) => text !== '');
}

/** Whether an update left everything as it was that the index holds. */
export function sameText(index: Index, { before, after }: { before?: Doc; after?: Doc }): boolean {
  if (!before || !after || hasText(index, before) !== hasText(index, after)) return false;
  const texts = textsOf(index, after);
  return textsOf(index, before).every((text, n) => text === texts[n]);
}

const textsOf = (index: Index, doc: Doc): string[] =>
  columnsOf(index).map(([path]) => stringsAt(doc, path.split('.')).join('\n'));

export function addText(writer: Connection, index: Index, rid: number, doc: Doc): void {
  if (!hasText(index, doc)) return;
  const texts = textsOf(index, doc);
  const columns = texts.map((_, n) => `f${n}`).join(', ');
  writer.run(`INSERT INTO t${index.id}(rowid, ${columns}) VALUES(?${', ?'.repeat(texts.length)})`, rid, ...texts);
}

export function removeText(writer: Connection, index: Index, rid: number): void {
  writer.run(`DELETE FROM t${index.id} WHERE rowid = ?`, rid);
}

/** Row ids with their scores, best first. The score is BM25 by the index's weights; only its order means something. */
export function searchText(reader: Connection, index: Index, search: TextSearch): Map<number, number> {
  const query = ftsQuery(search);
  if (query === undefined) return new Map();
  const weights = columnsOf(index).map(([, weight]) => weight);
  const sql = `SELECT rowid, -bm25(t${index.id}, ${weights.join(', ')}) AS score FROM t${index.id} WHERE t${index.id} MATCH ? ORDER BY score DESC, rowid`;
  return new Map(reader.all(sql, query).map(([rid, score]) => [rid as number, score as number]));
}

/** A search in the language of FTS5: every phrase, or without phrases any of the words; nothing that is negated. */
function ftsQuery(search: TextSearch): string | undefined {
  const any = quoted(search.terms.filter((term) => !STOP_WORDS.has(term.toLowerCase())));
  const all = quoted(search.phrases);
  const none = quoted([...search.negatedTerms, ...search.negatedPhrases]);
  const wanted = all.length > 0 ? all.join(' AND ') : any.join(' OR ');
  if (wanted === '') return undefined;
  return none.length > 0 ? `(${wanted}) NOT (${none.join(' OR ')})` : wanted;
}

/** As FTS5 phrases, which are the only strings in its language without meaning of their own. */
const quoted = (texts: readonly string[]): string[] =>
  texts.filter((text) => /[\p{L}\p{N}]/u.test(text)).map((text) => `"${text.replaceAll('"', ' ')}"`);

const columnsOf = (index: Index): (readonly [string, number])[] => [...(index.text?.weights ?? [])];

function stringsAt(value: Value | undefined, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => stringsAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return typeof value === 'string' ? [value] : [];
  return value instanceof Map ? stringsAt(value.get(name), rest) : [];
}
