import { Fault, invalidField } from './fault.ts';

/**
 * A record that a new one points at.
 * @throws Fault `input.invalid`, pointing at the field, where the actor cannot see such a record.
 */
export async function referenced<T>(field: string, record: Promise<T>): Promise<T> {
  try {
    return await record;
  } catch (cause) {
    if (!(cause instanceof Fault && cause.code === 'resource.missing')) throw cause;
    throw Object.assign(invalidField(field, 'It does not exist, or you cannot see it.'), { cause });
  }
}
