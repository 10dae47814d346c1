import { NewUpload } from '@cobench/shared/files/upload';
import type { Actor } from '../../platform/access.ts';
import { Fault, invalidField } from '../../platform/fault.ts';
import { fieldProblems } from '../../platform/http/bind.ts';

/**
 * What is to be uploaded, by the values of `Upload-Metadata` or the fields of a form, which are all text: `attachTo` and
 * `tags` are JSON, and `tags` may be words with commas, too.
 * @throws Fault `input.invalid`
 */
export function newUploadOf(
  fields: Readonly<Record<string, string | null>>,
  { personId }: Pick<Actor, 'personId'>,
): NewUpload {
  const { attachTo, tags, ...rest } = fields;
  // `Upload-Metadata` has no values that are empty: a name alone stands for one, such as the folder at the top.
  const plain = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, value ?? '']));
  const parsed = NewUpload.safeParse({
    ...plain,
    ...(attachTo && { attachTo: fromJson(attachTo) }),
    ...(tags && { tags: tags.startsWith('[') ? fromJson(tags) : tags.split(',') }),
  });
  if (!parsed.success) throw new Fault('input.invalid', { errors: fieldProblems(parsed.error) });
  if ((parsed.data.sender ?? personId) !== personId) throw invalidField('sender', 'Somebody else has signed in since.');
  return parsed.data;
}

/** What is no JSON is told as what the contract says of it. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
