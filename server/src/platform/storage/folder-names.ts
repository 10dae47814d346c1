import { checkedKey } from './keys.ts';
import type { PartsUpload } from './object-store.ts';

/** A name in which key and token stand: what is not whole yet can be found again without anything else. */
export function partialName({ key, token }: PartsUpload): string {
  if (!tokens.test(token)) throw new Error(`"${token}" is no token of an upload.`);
  return `${token}~${checkedKey(key).replaceAll('/', '~')}`;
}

/** Which uploads such names are of; other files are none. */
export function openNames(names: readonly string[]): PartsUpload[] {
  return names.toSorted().flatMap((name) => {
    const [token = '', ...path] = name.split('~');
    return tokens.test(token) && path.length > 0 ? [{ key: path.join('/'), token }] : [];
  });
}

/** When a token was made: it is a UUIDv7, which begins with the milliseconds. */
export const timeOf = (token: string): number => parseInt(token.replaceAll('-', '').slice(0, 12), 16);

const tokens = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
