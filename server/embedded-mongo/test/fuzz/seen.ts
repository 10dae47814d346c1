import { toNumber, type Doc, type Value } from '../../src/bson/value.ts';
import { toText, type Case, type Outcome } from './case.ts';

/** A disagreement, looked at from all sides. */
export type Seen = {
  text: string;
  /** The documents of `find` and `aggregate`, and what they gave. */
  storedText: string;
  /** The codes of our and their error, `undefined` for an answer. */
  ours: number | undefined;
  theirs: number | undefined;
  atParse: boolean;
  ourMessage: string;
  theirMessage: string;
  ourDocs: string;
  theirDocs: string;
  /** An update gave the document as it was. */
  unchanged: boolean;
  sameButOrder(): boolean;
  sameButEmptyDocs(): boolean;
  sameButNumberTypes(): boolean;
  sameButRounding(): boolean;
  sameButEmptyArrays(): boolean;
  /** How many documents they gave. */
  found: number;
};

export function lookAt(one: Case, ours: Outcome, theirs: Outcome): Seen {
  const theirDocs = 'documents' in theirs ? toText(new Map([['', theirs.documents]])) : '';
  return {
    text: toText(one.given),
    storedText: theirDocs + toText(new Map([['', one.given.get('docs') ?? null]])),
    ours: 'code' in ours ? ours.code : undefined,
    theirs: 'code' in theirs ? theirs.code : undefined,
    atParse: 'code' in ours && ours.atParse === true,
    ourMessage: 'code' in ours ? ours.message : '',
    theirMessage: 'code' in theirs ? theirs.message : '',
    ourDocs: 'documents' in ours ? toText(new Map([['', ours.documents]])) : '',
    theirDocs,
    unchanged: one.given.has('doc') && theirDocs === toText(new Map([['', [one.given.get('doc') ?? null]]])),
    sameButOrder: () => alike(ours, theirs, inOrder),
    sameButRounding: () => alike(ours, theirs, rounded),
    sameButNumberTypes: () => alike(ours, theirs, withDoubles),
    sameButEmptyDocs: () => alike(ours, theirs, withoutEmpty(isEmptyDoc)),
    sameButEmptyArrays: () =>
      alike(
        ours,
        theirs,
        withoutEmpty((member) => isEmptyArray(member) || isEmptyDoc(member)),
      ),
    found: 'documents' in theirs ? theirs.documents.length : 0,
  };
}

function alike(ours: Outcome, theirs: Outcome, simplify: (value: Value) => Value): boolean {
  if (!('documents' in ours) || !('documents' in theirs)) return false;
  const text = (documents: Doc[]) =>
    documents
      .map((each) => toText(simplify(each) as Doc))
      .toSorted()
      .join();
  return text(ours.documents) === text(theirs.documents);
}

function inOrder(value: Value): Value {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!(value instanceof Map)) return value;
  const members = [...value].map(([name, member]): [string, Value] => [name, inOrder(member)]);
  return new Map(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function rounded(value: Value): Value {
  if (Array.isArray(value)) return value.map(rounded);
  if (value instanceof Map) return new Map([...value].map(([name, member]) => [name, rounded(member)]));
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}

function withDoubles(value: Value): Value {
  if (Array.isArray(value)) return value.map(withDoubles);
  if (value instanceof Map) return inOrder(new Map([...value].map(([name, member]) => [name, withDoubles(member)])));
  const number = toNumber(value);
  return number === undefined ? value : number + 0;
}

const isEmptyDoc = (value: Value): boolean => value instanceof Map && value.size === 0;
const isEmptyArray = (value: Value): boolean => Array.isArray(value) && value.length === 0;

const withoutEmpty =
  (isEmpty: (value: Value) => boolean) =>
  (value: Value): Value => {
    const inner = withoutEmpty(isEmpty);
    if (Array.isArray(value)) return value.map(inner).filter((member) => !isEmpty(member));
    if (!(value instanceof Map)) return value;
    const members = [...value].map(([name, member]): [string, Value] => [name, inner(member)]);
    return inOrder(new Map(members.filter(([, member]) => !isEmpty(member))));
  };
