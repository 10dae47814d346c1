import { BSON, MongoClient, MongoServerError, type Db, type Document } from 'mongodb';
import { decodeDoc } from '../../src/bson/decode.ts';
import { Int32, type Doc, type Value } from '../../src/bson/value.ts';
import { MongoError } from '../../src/language/errors.ts';
import { doc, docs, type Case, type Outcome } from './case.ts';
import { CODE_OF_STATE } from './reference-codes.ts';

/** The engine to compare with, through the official driver. */
export class Reference {
  private readonly client: MongoClient;
  private readonly db: Db;
  private stored = '';

  constructor(url: string, database = 'embedded_mongo_fuzz') {
    this.client = new MongoClient(url, { maxPoolSize: 1 });
    this.db = this.client.db(database);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.dropDatabase();
    await this.client.close();
  }

  async ask(one: Case): Promise<Outcome> {
    try {
      return { documents: await this.answer(one) };
    } catch (error) {
      if (error instanceof MongoError) return { refused: error.message };
      if (!(error instanceof MongoServerError)) throw error;
      return { code: codeOf(error), message: error.message };
    }
  }

  private async answer({ kind, given }: Case): Promise<Doc[]> {
    if (kind === 'update') return this.findAndModify(given);
    await this.store(given);
    const command =
      kind === 'find'
        ? { find: 'docs', ...pick(given, ['filter', 'projection', 'sort', 'skip', 'limit', 'let']) }
        : { aggregate: 'docs', ...pick(given, ['pipeline', 'let']), cursor: {} };
    return this.run(command);
  }

  private async run(command: Document): Promise<Doc[]> {
    const reply = await this.db.command({ ...command, ...(command['find'] ? { batchSize: 1000 } : {}) }, { raw: true });
    const cursor = decodeDoc(reply['cursor'] as Uint8Array);
    return cursor.get('firstBatch') as Doc[];
  }

  /** The documents are stored once for all cases that share them. */
  private async store(given: Doc): Promise<void> {
    const wanted = [docs(given, 'docs'), docs(given, 'other')];
    const key = wanted.map((each) => each.map(bytes).join()).join('|');
    if (key === this.stored) return;
    this.stored = '';
    for (const [n, name] of ['docs', 'other'].entries()) {
      await this.db.collection(name).deleteMany({});
      const list = wanted[n] ?? [];
      if (list.length > 0) await this.db.command({ insert: name, documents: toDriver(list) });
    }
    this.stored = key;
  }

  private async findAndModify(given: Doc): Promise<Doc[]> {
    const stored = doc(given, 'doc');
    const collection = this.db.collection('updated');
    await collection.deleteMany({});
    if (stored) await this.db.command({ insert: 'updated', documents: [toDriver(stored)] });
    const reply = await this.db.command(
      { findAndModify: 'updated', new: true, ...pick(given, ['query', 'update', 'arrayFilters', 'upsert', 'let']) },
      { raw: true },
    );
    const found = reply['value'] as Uint8Array | null;
    return found ? [decodeDoc(found)] : [];
  }
}

const bytes = (each: Doc): string => Buffer.from(BSON.serialize(toDriver(each) as Document)).toString('latin1');

function pick(given: Doc, names: readonly string[]): Document {
  return Object.fromEntries(
    names.filter((name) => given.has(name)).map((name) => [name, toDriver(given.get(name) ?? null)]),
  );
}

/** The driver's values for ours; a number is always a double. */
function toDriver(value: Value): unknown {
  if (value instanceof Int32) return new BSON.Int32(value.value);
  if (typeof value === 'number') return new BSON.Double(value);
  if (typeof value === 'bigint') return BSON.Long.fromBigInt(value);
  if (value instanceof Map) return new Map([...value].map(([name, member]) => [name, toDriver(member)]));
  return Array.isArray(value) ? value.map(toDriver) : value;
}

function codeOf(error: MongoServerError): number {
  const state = /\[(M\w{4})\]$/.exec(error.message)?.[1];
  return CODE_OF_STATE.get(state ?? '') ?? Number(error.code);
}
