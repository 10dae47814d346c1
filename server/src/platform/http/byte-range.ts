import type { ByteRange } from '../storage/object-store.ts';

/**
 * What a `Range` header asks for of so many bytes (RFC 9110, 14.1.2). Null: all of it, also where it asks for several
 * ranges or cannot be read, as the standard allows; `unsatisfiable` where nothing of what it asks for is there.
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const asked = /^bytes=(\d*)-(\d*)$/i.exec(header?.replaceAll(/[ \t]/g, '') ?? '');
  const [first = '', last = ''] = asked?.slice(1) ?? [];
  if (!asked || (first === '' && last === '')) return null;
  if (first === '') {
    const suffix = Number(last);
    return suffix === 0 || size === 0 ? 'unsatisfiable' : { from: Math.max(0, size - suffix), to: size };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return null;
  if (from >= size) return 'unsatisfiable';
  return { from, to: last === '' ? size : Math.min(size, Number(last) + 1) };
}
