import type { Doc, Value } from '../../src/bson/value.ts';
import { encodeKey } from '../../src/language/key.ts';
import type { Bound } from '../../src/language/filter.ts';
import { indexKeys } from '../../src/storage/index-keys.ts';
import { parseIndex } from '../../src/storage/index-spec.ts';
import { Int32 } from '../../src/bson/value.ts';

/** Every document that matches must have a key in an index on the path that meets each condition of the bound. */
export function checkBounds(doc: Doc, bounds: ReadonlyMap<string, Bound>): void {
  for (const [path, bound] of bounds) {
    if (/(?:^|\.)\d+(?:\.|$)/.test(path)) continue;
    const spec = new Map<string, Value>([
      ['v', new Int32(2)],
      ['key', new Map([[path, new Int32(1)]])],
      ['name', 'fuzz'],
    ]);
    const { keys } = indexKeys(parseIndex(spec, { id: 1, multikey: 0 }), doc);
    for (const [kind, operand] of Object.entries(bound) as [keyof Bound, Value][])
      if (!keys.some((key) => meets(Buffer.from(key), kind, operand)))
        throw new Error(`a match has no key for ${kind} at ${path}`);
  }
}

function meets(key: Buffer, kind: keyof Bound, operand: Value): boolean {
  if (kind === 'in') return (operand as Value[]).some((member) => meets(key, 'eq', member));
  const compared = key.compare(encodeKey(operand));
  switch (kind) {
    case 'eq':
      return compared === 0;
    case 'gt':
      return compared > 0;
    case 'gte':
      return compared >= 0;
    case 'lt':
      return compared < 0;
    case 'lte':
      return compared <= 0;
    default:
      return kind satisfies never;
  }
}
