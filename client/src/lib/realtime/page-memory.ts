import type { z } from 'zod';
import type { DocumentRef } from './collab-document.svelte.ts';
import { currentCopies } from './collab-open.ts';
import { troubleOf } from './copy/copy-trouble.ts';

/** Keeps what the page around a document shows, so that it opens without the server. Where nothing is kept it does nothing. */
export async function rememberPage(ref: DocumentRef, record: object): Promise<void> {
  try {
    await currentCopies()?.rememberPage(ref, record);
  } catch (error) {
    troubleOf(error);
  }
}

/**
 * Forgets it, when one does not see the document any more: the next time the page is opened it is not there. Where changes
 * of it are on this computer only it stays, for they are found by it.
 */
export async function forgetPage(ref: DocumentRef): Promise<void> {
  try {
    await currentCopies()?.forgetPage(ref);
  } catch (error) {
    troubleOf(error);
  }
}

/** What the page around a document showed last; null where that is not known, or was kept in another shape. */
export async function recallPage<T>(ref: DocumentRef, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const record = schema.safeParse(await currentCopies()?.pageOf(ref));
    return record.success ? record.data : null;
  } catch (error) {
    troubleOf(error);
    return null;
  }
}
