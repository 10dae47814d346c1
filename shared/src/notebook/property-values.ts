import { Id } from '../ids.ts';
import type { EntryField } from './properties.ts';

/** What is wrong with the value of a field, in a sentence; null if nothing is. An empty value is never wrong. */
export function valueProblem(field: EntryField): string | null {
  const { value } = field;
  if (value === '') return null;
  switch (field.type) {
    case 'text':
      return null;
    case 'number':
      return decimal.test(value) ? null : `“${value}” is not a number. Write it like 3.5 or 1e-8.`;
    case 'date':
      return isDay(value) ? null : `“${value}” is not a date. Write it like 2026-11-21.`;
    case 'choice':
      return field.options.includes(value) ? null : `“${value}” is none of the choices.`;
    case 'person':
      return Id.safeParse(value).success ? null : 'This is not a person.';
    case 'sample':
      return sampleCode.test(value) ? null : `“${value}” is not a sample code: letters, digits and . _ - / only.`;
    default:
      return field satisfies never;
  }
}

const decimal = /^[+\-−]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+\-−]?\d{1,3})?$/i;
const sampleCode = /^[\p{L}\p{N}][\p{L}\p{N}._/-]*$/u;

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** A number that is written in different ways has one spelling for comparison: `+3.50` → `3.5`. Other text stays. */
export function sameNumber(text: string): string {
  if (!decimal.test(text)) return text;
  const number = Number(text.replaceAll('−', '-'));
  return Number.isFinite(number) ? String(number + 0) : text;
}
