import { BSON } from 'mongodb';
import { decodeDoc } from '../../src/bson/decode.ts';
import { encodeDoc } from '../../src/bson/encode.ts';
import type { Doc, Value } from '../../src/bson/value.ts';

/** One question to both engines. Everything is in one document, so that it can be shrunk and written down. */
export type Case = {
  kind: 'find' | 'update' | 'aggregate';
  /** `let?` with each · find: docs, filter, projection?, sort?, skip?, limit? · update: doc?, query, update, arrayFilters?, upsert · aggregate: docs, other, pipeline */
  given: Doc;
};

/** What an engine says: documents, an error's code, or that this is outside the subset (`refused`, ours alone). */
export type Outcome = { documents: Doc[] } | { code: number; message: string; atParse?: boolean } | { refused: string };

export const docs = (given: Doc, name: string): Doc[] => (given.get(name) as Doc[] | undefined) ?? [];
export const doc = (given: Doc, name: string): Doc | undefined => given.get(name) as Doc | undefined;

/** Extended JSON, canonical, on one line. */
export function toText(value: Doc): string {
  return BSON.EJSON.stringify(BSON.deserialize(encodeDoc(value), { promoteValues: false, bsonRegExp: true }), {
    relaxed: false,
  });
}

export const fromText = (text: string): Doc => decodeDoc(BSON.serialize(BSON.EJSON.parse(text, { relaxed: false })));

/** Whether both said the same. Order counts where it is defined. */
export function agree(one: Case, ours: Outcome, theirs: Outcome): boolean {
  if ('refused' in ours || 'refused' in theirs) return true;
  if ('code' in ours || 'code' in theirs) return 'code' in ours && 'code' in theirs && ours.code === theirs.code;
  const text = toText(one.given);
  const ordered = one.kind === 'find' || !/"\$(?:group|unwind|lookup|sortByCount)"/.test(text);
  const sets = one.kind === 'aggregate' && /"\$(?:addToSet|push|facet)"/.test(text);
  const mine = ours.documents.map((each) => canonical(each, sets));
  const other = theirs.documents.map((each) => canonical(each, sets));
  return ordered ? mine.join() === other.join() : mine.toSorted().join() === other.toSorted().join();
}

const canonical = (value: Doc, sets: boolean): string =>
  encodeDoc(sets ? (sorted(value) as Doc) : value).toString('hex');

/** With the members of all arrays in one order, because a set has none. */
function sorted(value: Value): Value {
  if (value instanceof Map) return new Map([...value].map(([name, member]) => [name, sorted(member)]));
  if (!Array.isArray(value)) return value;
  const hex = (member: Value) => encodeDoc(new Map([['', member]])).toString('hex');
  return value.map(sorted).toSorted((a, b) => (hex(a) < hex(b) ? -1 : 1));
}
