import { expect, test } from 'vitest';
import { isTable, pastedRows, rowOf, rowProblem, typedValue } from './quantity-row.ts';

test('cells of a spreadsheet become rows: numbers, texts, yes or no', () => {
  const text = 'RF power\t300\tW\nGas\tCF4/O2\n\nChuck cooled\tTRUE\r\nPressure\t12.5 mTorr\nDose\t1,204.5\tmJ';
  expect(pastedRows(text)).toEqual([
    { name: 'RF power', kind: 'number', value: '300', unit: 'W' },
    { name: 'Gas', kind: 'text', value: 'CF4/O2', unit: '' },
    { name: 'Chuck cooled', kind: 'yes-no', value: 'yes', unit: '' },
    { name: 'Pressure', kind: 'number', value: '12.5', unit: 'mTorr' },
    { name: 'Dose', kind: 'number', value: '1,204.5', unit: 'mJ' },
  ]);
  expect([isTable(text), isTable('RF power')]).toEqual([true, false]);
});

test('what is typed becomes a value of its kind, and the other way round', () => {
  expect(typedValue({ kind: 'number', value: ' 1,204.5 ' })).toBe(1204.5);
  expect(typedValue({ kind: 'number', value: '-3e-7' })).toBe(-3e-7);
  expect(typedValue({ kind: 'text', value: '300' })).toBe('300');
  expect(typedValue({ kind: 'yes-no', value: 'no' })).toBe(false);
  for (const value of [1204.5, 'CF4', true]) {
    expect(typedValue(rowOf({ name: 'x', value, unit: '' }))).toBe(value);
  }
});

test('a row that cannot be sent says why', () => {
  const row = { name: 'Power', kind: 'number', value: '300', unit: 'W' } as const;
  expect([
    rowProblem(row),
    rowProblem({ ...row, name: ' ' }),
    rowProblem({ ...row, value: '12,5' }),
    rowProblem({ ...row, kind: 'yes-no', value: '' }),
  ]).toEqual([null, 'A name is needed.', 'This is not a number.', 'Choose yes or no.']);
});
