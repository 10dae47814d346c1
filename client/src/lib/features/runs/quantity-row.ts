import type { TypedValue } from '@cobench/shared/runs/typed-value';

/** What sort of value somebody types. */
export const valueKinds = [
  { value: 'number', label: 'Number' },
  { value: 'text', label: 'Text' },
  { value: 'yes-no', label: 'Yes or no' },
] as const;
export type ValueKind = (typeof valueKinds)[number]['value'];

/** A named value as it is typed, before it is one. */
export type QuantityRow = { name: string; kind: ValueKind; value: string; unit: string };

export const emptyRow = (): QuantityRow => ({ name: '', kind: 'number', value: '', unit: '' });

/** What was typed as a value of its kind; a number that is none stays a text, and the server says so. */
export function typedValue({ kind, value }: Pick<QuantityRow, 'kind' | 'value'>): TypedValue {
  const text = value.trim();
  if (kind === 'yes-no') return text === 'yes';
  return kind === 'number' ? (numberIn(text) ?? text) : text;
}

/** Why a row cannot be sent yet; null where it can. */
export function rowProblem({ name, kind, value }: QuantityRow): string | null {
  if (name.trim() === '') return 'A name is needed.';
  if (kind === 'number' && numberIn(value) === null) return 'This is not a number.';
  if (kind === 'yes-no' && value !== 'yes' && value !== 'no') return 'Choose yes or no.';
  return null;
}

export const isEmptyRow = ({ name, value, unit }: QuantityRow): boolean =>
  name.trim() === '' && value.trim() === '' && unit.trim() === '';

/** A value that is there already, as it would be typed. */
export function rowOf({ name, value, unit }: { name: string; value: TypedValue; unit: string }): QuantityRow {
  if (typeof value === 'boolean') return { name, kind: 'yes-no', value: value ? 'yes' : 'no', unit };
  return { name, kind: typeof value === 'number' ? 'number' : 'text', value: String(value), unit };
}

/** Rows of a spreadsheet: name, value and unit in cells, or value and unit in one. Lines without a name are left out. */
export function pastedRows(text: string): QuantityRow[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.split('\t').map((cell) => cell.trim()))
    .filter(([name = '']) => name !== '')
    .map(([name = '', value = '', unit = '']) => {
      const [, number, tail] = /^([-+]?[\d.,]+(?:e[-+]?\d+)?)\s+(\S{1,20})$/i.exec(value) ?? [];
      if (unit === '' && number !== undefined && tail !== undefined && numberIn(number) !== null)
        return { name, kind: 'number', value: number, unit: tail };
      return { name, kind: kindOf(value), value: kindOf(value) === 'yes-no' ? yesOrNo(value) : value, unit };
    });
}

/** Whether a text was copied from a spreadsheet: more than one cell. */
export const isTable = (text: string): boolean => /[\t\n]/.test(text.trim());

function kindOf(value: string): ValueKind {
  if (numberIn(value) !== null) return 'number';
  return /^(yes|no|true|false)$/i.test(value) ? 'yes-no' : 'text';
}

const yesOrNo = (value: string): string => (/^(yes|true)$/i.test(value) ? 'yes' : 'no');

/** A number as people write it: “1,204.5”, “3e-7”; null where it is none. */
function numberIn(text: string): number | null {
  const plain = text.trim().replace(/(?<=\d),(?=\d{3}(\D|$))/g, '');
  return plain === '' || !Number.isFinite(Number(plain)) ? null : Number(plain);
}
