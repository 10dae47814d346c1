import { fieldTypes, fieldTypeTitle, type FieldType } from '@cobench/shared/notebook/properties';
import Calendar from '@lucide/svelte/icons/calendar';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Hash from '@lucide/svelte/icons/hash';
import Type from '@lucide/svelte/icons/type';
import UserRound from '@lucide/svelte/icons/user-round';
import type { PropertiesInUse } from '@cobench/shared/notebook/entry';
import type { Pick, PickGroup } from '#lib/ui/pick-list.svelte.ts';
import type { Icon } from '#lib/ui/icon.ts';
import type { NewField } from './entry-properties.svelte.ts';

/** How each kind of field is drawn. */
export const fieldIcon = {
  text: Type,
  number: Hash,
  date: Calendar,
  choice: CircleDot,
  person: UserRound,
  sample: FlaskConical,
} as const satisfies Record<FieldType, Icon>;

/** A field that can be added; `named` is whether it has a name of its own already. */
export type FieldOffer = Pick & { field: NewField; named: boolean };

/**
 * What can be added while `typed` stands in the box: fields that other entries have, and a new one of each kind under
 * the name that was typed. What the entry has already (`has`) is not offered again.
 */
export function fieldOffers(
  typed: string,
  { used, has }: { used: PropertiesInUse['fields']; has: readonly string[] },
): PickGroup<FieldOffer>[] {
  const name = typed.trim();
  const there = new Set(has.map((one) => one.toLowerCase()));
  const known = used
    .filter((field) => field.name.toLowerCase().includes(name.toLowerCase()) && !there.has(field.name.toLowerCase()))
    .slice(0, 8)
    .map(({ name: label, type, unit, options }) => ({
      id: `used ${type} ${label}`,
      label,
      icon: fieldIcon[type],
      hint: unit === '' ? fieldTypeTitle[type] : unit,
      field: { name: label, type, unit, options },
      named: true,
    }));
  const fresh = fieldTypes.map((type) => ({
    id: `new ${type}`,
    label: name === '' ? fieldTypeTitle[type] : `${fieldTypeTitle[type]} “${name}”`,
    icon: fieldIcon[type],
    field: { name: name === '' ? fieldTypeTitle[type] : name, type },
    named: name !== '',
  }));
  return [
    { heading: 'Used in other entries', items: known },
    { heading: 'New field', items: fresh },
  ];
}
