import { toNumber, type Doc } from '../bson/value.ts';
import { failedToParse, invalidOptions, notSupported } from '../language/errors.ts';
import { replyDoc } from './args.ts';

const READ_LEVELS = new Set<unknown>(['local', 'available', 'majority', 'linearizable', 'snapshot']);
const WRITE_FIELDS = ['w', 'j', 'wtimeout', 'fsync'];

/** One member that syncs every commit meets every read concern, but a snapshot outside a transaction is not kept. */
export function checkReadConcern(body: Doc, inTransaction: boolean): void {
  const concern = body.get('readConcern');
  if (!(concern instanceof Map)) return;
  const level = concern.get('level');
  if ([...concern.keys()].some((name) => name !== 'level')) throw notSupported('A readConcern other than a level');
  if (level === 'snapshot' && !inTransaction) throw notSupported('readConcern snapshot outside a transaction');
  if (level !== undefined && !READ_LEVELS.has(level)) throw failedToParse('The read concern level is not known');
  if (inTransaction && !body.has('startTransaction'))
    throw invalidOptions('Only the first command in a transaction may specify a readConcern');
}

/**
 * Every write concern of one member is met, because a reply waits for the disk. For one that asks for more members the
 * write is done all the same, as MongoDB does it, and the reply carries this `writeConcernError`.
 */
export function writeConcernError(body: Doc): Doc | undefined {
  const concern = body.get('writeConcern');
  if (!(concern instanceof Map)) return undefined;
  const unknown = [...concern.keys()].find((name) => !WRITE_FIELDS.includes(name));
  if (unknown !== undefined) throw failedToParse(`unknown write concern field: ${unknown}`);
  const w = concern.get('w') ?? 1;
  if (typeof w === 'string')
    return w === 'majority'
      ? undefined
      : replyDoc({ code: 79, codeName: 'UnknownReplWriteConcern', errmsg: `No write concern mode named '${w}' found` });
  const members = toNumber(w);
  if (members === undefined) throw failedToParse('w has to be a number or a string');
  if (members <= 1) return undefined;
  return replyDoc({ code: 100, codeName: 'UnsatisfiableWriteConcern', errmsg: 'Not enough data-bearing nodes' });
}
