import { Fault } from '../fault.ts';
import { isDuplicateKey } from './connect.ts';

/**
 * A write under a unique name.
 * @throws Fault `name.taken`, pointing at the name, where another record has it.
 */
export async function unlessTaken<T>(write: PromiseLike<T>, detail: string): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    throw new Fault('name.taken', { errors: [{ pointer: '/name', detail }], cause: error });
  }
}
