import { toNumber, type Doc } from '../bson/value.ts';
import { failedToParse, invalidOptions, MongoError, notSupported } from '../language/errors.ts';

const READ_LEVELS = new Set<unknown>(['local', 'available', 'majority', 'linearizable', 'snapshot']);

/**
 * Read and write concerns, and the API version. One member that syncs every commit meets them all, except those that
 * ask for more members or for a snapshot outside a transaction.
 */
export function checkConcerns(body: Doc, inTransaction: boolean): void {
  const read = body.get('readConcern');
  if (read instanceof Map) {
    const level = read.get('level');
    if ([...read.keys()].some((name) => name !== 'level')) throw notSupported('A readConcern other than a level');
    if (level === 'snapshot' && !inTransaction) throw notSupported('readConcern snapshot outside a transaction');
    if (level !== undefined && !READ_LEVELS.has(level)) throw failedToParse('The read concern level is not known');
  }
  const write = body.get('writeConcern');
  if (write instanceof Map) {
    for (const name of write.keys())
      if (!['w', 'j', 'wtimeout', 'fsync'].includes(name)) throw failedToParse(`unknown write concern field: ${name}`);
    const w = write.get('w');
    if (typeof w === 'string' && w !== 'majority')
      throw new MongoError(
        79,
        'UnknownReplWriteConcern',
        `No write concern mode named '${w}' found in replica set configuration`,
      );
    if ((toNumber(w) ?? 1) > 1) throw new MongoError(100, 'UnsatisfiableWriteConcern', 'Not enough data-bearing nodes');
  }
  if (body.has('apiVersion') && body.get('apiVersion') !== '1')
    throw new MongoError(322, 'APIVersionError', 'API version must be "1"');
  for (const strict of ['apiStrict', 'apiDeprecationErrors'])
    if (body.get(strict) === true) throw notSupported(`'${strict}'`);
  if (inTransaction && body.has('readConcern') && !body.has('startTransaction'))
    throw invalidOptions('Only the first command in a transaction may specify a readConcern');
}
