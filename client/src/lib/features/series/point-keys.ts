import type { NewPoint } from '@cobench/shared/series/point';
import { digest } from 'lib0/hash/sha256';
import type { TablePoint } from './points-table.ts';

/**
 * Gives each point of a table a key, so that a table that is sent twice adds nothing: its own, where a column has keys.
 * Where it says when it was measured or what it is called, its content is the key, with a number where lines are the
 * same: a file that grew adds only its new lines. Else equal numbers may be different points, so that such a line is known
 * again only together with its whole file.
 */
export function keyed(points: readonly TablePoint[]): (part: readonly TablePoint[]) => NewPoint[] {
  const file = points.every(isNamed) ? '' : hashed(points.map(contentOf).join('\n'));
  const copies = new Map<string, number>();
  const contents = new Map<TablePoint, string>();
  for (const [i, one] of points.entries()) {
    if (one.key !== null) continue;
    const content = contentOf(one);
    const copy = copies.get(content) ?? 0;
    copies.set(content, copy + 1);
    contents.set(one, isNamed(one) ? `${content} ${copy}` : `${file} ${i}`);
  }
  const keyOf = (one: TablePoint) => one.key ?? `csv-${hashed(contents.get(one) ?? '')}`;
  return (part) => part.map((one) => ({ ...one.point, key: keyOf(one) }));
}

const isNamed = ({ key, point: { at, label } }: TablePoint): boolean =>
  key !== null || at !== undefined || label !== '';

const contentOf = ({ point: { items, size, at, label } }: TablePoint): string =>
  JSON.stringify([items, size, at ?? null, label]);

/** 128 bits are enough to tell points apart. Not `crypto.subtle`: it is missing on pages without https. */
function hashed(text: string): string {
  const bytes = digest(new TextEncoder().encode(text)).slice(0, 16);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
