import { expect, test } from 'vitest';
import { newUploadOf } from './new-upload.ts';

const [personId, projectId] = ['01990000-0000-7000-8000-000000000009', '01990000-0000-7000-8000-000000000001'];

test('a folder named without a value is the top', () => {
  expect(newUploadOf({ filename: 'etch.csv', projectId, folder: null }, { personId })).toMatchObject({ folder: '' });
});

test('a name without a value is none', () => {
  expect(() => newUploadOf({ filename: null, projectId }, { personId })).toThrow(
    expect.objectContaining({ code: 'input.invalid' }),
  );
});
