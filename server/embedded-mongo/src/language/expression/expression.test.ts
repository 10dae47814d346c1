import { Decimal128, Double, Long, ObjectId } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { codeOf, doc, plain } from '../../../test/documents.ts';
import { commandConstants, compileExpression, newScope } from './expression.ts';

const NOW = new Date(Date.UTC(2026, 0, 2));
const constants = commandConstants(NOW, doc({ id: 7, o: { x: { $add: [1, 2] } }, twice: { $multiply: ['$$id', 2] } }));
const GIVEN = {
  a: [3, 1, 2],
  s: ' Lab Book-7 ',
  n: null,
  v: 7,
  half: 2.5,
  long: Long.fromNumber(4),
  big: Long.MAX_VALUE,
  o: { x: 1, y: { z: 2 } },
  docs: [{ k: 'x', v: 1 }, 5, { k: 'y' }, [{ k: 'z' }]],
  d: new Date('2026-03-29T23:30:15.250Z'),
  id: new ObjectId('650000000000000000000001'),
  t: true,
};

function evaluate(expression: unknown): unknown {
  const scope = newScope();
  scope.root = doc(GIVEN);
  const value = compileExpression(doc({ '': expression }).get('') ?? null, { fields: new Set(), constants })(scope);
  return value === undefined ? undefined : plain(new Map([['', value]]))[''];
}

const cases = (list: [unknown, unknown][]) => {
  test.each(list)('%o is %o', (expression, expected) => {
    expect(evaluate(expression)).toEqual(expected);
  });
};
const refused = (list: [unknown, number][]) => {
  test.each(list)('%o is refused with %i', (expression, code) => {
    expect(codeOf(() => evaluate(expression))).toBe(code);
  });
};

describe('paths and values', () => {
  cases([
    ['$o.y.z', 2],
    ['$docs.k', ['x', 'y']],
    ['$a.x', []],
    ['$a.0', []],
    ['$nope', undefined],
    ['$$ROOT.v', 7],
    ['$$CURRENT.o.x', 1],
    ['$$NOW', NOW],
    ['$$REMOVE', undefined],
    [
      { x: '$v', y: '$nope', z: ['$nope', '$v'] },
      { x: 7, z: [null, 7] },
    ],
    [{ $literal: '$v' }, '$v'],
    [
      ['$$id', '$$o.x', '$$o.nothing', '$$twice'],
      [7, 3, null, 14],
    ],
    [{ $map: { input: '$a', as: 'id', in: '$$id' } }, [3, 1, 2]],
  ]);
  refused([
    ['$', 16872],
    ['$a..b', 15998],
    ['$a.', 40353],
    ['$a.$b', 16410],
    ['$$nope', 17276],
    ['$$CLUSTER_TIME', 115],
    [{ $bogus: 1 }, 168],
    [{ $add: [1], $subtract: [1, 1] }, 15983],
    [{ x: { 'a.b': 1 } }, 16412],
    [{ $map: { input: [], as: 'X', in: 1 } }, 9],
    [{ $map: { input: [], as: 'CURRENT', in: 1 } }, 115],
    [{ $let: { vars: { x: 1 }, in: '$$x' } }, 168],
  ]);
});

describe('arithmetic', () => {
  cases([
    [{ $add: ['$v', 1, '$half'] }, 10.5],
    [{ $add: [] }, 0],
    [{ $add: ['$v', '$n', 'x'] }, null],
    [{ $add: [2147483647, 1] }, 2147483648n],
    [{ $add: ['$big', 1] }, 9223372036854775808],
    [{ $add: ['$d', 1000] }, new Date('2026-03-29T23:30:16.250Z')],
    [{ $subtract: ['$d', new Date('2026-03-29T23:30:00Z')] }, 15250n],
    [{ $subtract: ['$d', 250] }, new Date('2026-03-29T23:30:15Z')],
    [{ $subtract: ['$long', 1] }, 3n],
    [{ $multiply: ['$v', '$half'] }, 17.5],
    [{ $multiply: ['$big', 2] }, 18446744073709552000],
    [{ $divide: ['$v', 2] }, 3.5],
    [{ $mod: [-7, 4] }, -3],
    [{ $mod: [7, new Double(4)] }, 3],
    [{ $mod: [7.5, 4] }, 3.5],
    [{ $abs: -2147483648 }, 2147483648n],
    [
      [{ $ceil: '$half' }, { $floor: '$half' }, { $floor: '$v' }],
      [3, 2, 7],
    ],
    [
      [{ $round: 2.5 }, { $round: 3.5 }, { $round: -0.5 }, { $round: 2.501 }, { $round: [-1.5, 0] }, { $round: '$v' }],
      [2, 4, -0, 3, -2, 7],
    ],
    [
      [{ $trunc: 2.567 }, { $trunc: -2.5 }],
      [2, -2],
    ],
    [{ $sum: '$a' }, 6],
    [{ $sum: ['$v', 'x', '$half', '$a'] }, 9.5],
    [{ $avg: '$a' }, 2],
    [{ $avg: ['x'] }, null],
    [{ $max: ['$a', 5] }, [3, 1, 2]],
    [{ $min: '$a' }, 1],
    [{ $stdDevPop: [2, 4, 4, 4, 5, 5, 7, 9] }, 2],
  ]);
  refused([
    [{ $add: ['$s', 1] }, 14],
    [{ $add: ['$d', '$d'] }, 16612],
    [{ $subtract: [1, '$d'] }, 14],
    [{ $subtract: [1] }, 16020],
    [{ $multiply: ['$s'] }, 14],
    [{ $divide: [1, 0] }, 2],
    [{ $divide: ['$s', 1] }, 14],
    [{ $mod: [1, 0] }, 16610],
    [{ $mod: ['$s', 1] }, 16611],
    [{ $abs: '$s' }, 28765],
    [{ $abs: Long.MIN_VALUE }, 28680],
    [{ $round: '$s' }, 51081],
    [{ $round: [1, 0.5] }, 51082],
    [{ $round: [1, 101] }, 51083],
    [{ $round: [2.675, 2] }, 115],
    [{ $add: [Decimal128.fromString('1'), 1] }, 115],
  ]);
});

/** Written so that no object has a member that looks like a promise's. */
const members =
  (names: string[]) =>
  (...parts: unknown[]) =>
    new Map(parts.map((part, n) => [names[n], part]));
const branch = members(['case', 'then']);
const named = members(['if', 'then', 'else', 'more']);

describe('comparison and conditions', () => {
  cases([
    [{ $eq: ['$v', new Double(7)] }, true],
    [{ $eq: ['$nope', null] }, false],
    [{ $lt: ['$nope', null] }, true],
    [{ $gt: ['x', 5] }, true],
    [{ $cmp: ['$v', 8] }, -1],
    [{ $and: ['$v', 'x', []] }, true],
    [{ $and: [0, { $divide: [1, 0] }] }, false],
    [{ $or: [null, '$nope', 0] }, false],
    [{ $not: ['$n'] }, true],
    [{ $cond: [{ $gt: ['$v', 5] }, 'hi', { $divide: [1, 0] }] }, 'hi'],
    [{ $cond: named('$n', 1, '$$REMOVE') }, undefined],
    [{ $ifNull: ['$n', '$nope', 3] }, 3],
    [
      {
        $switch: {
          branches: [branch({ $gt: ['$v', 9] }, 'a'), branch(true, 'b')],
        },
      },
      'b',
    ],
    [{ $type: '$nope' }, 'missing'],
    [{ $type: '$long' }, 'long'],
  ]);
  refused([
    [{ $cond: [1, 2] }, 16020],
    [{ $cond: named(1, 2) }, 17082],
    [{ $cond: named(1, 2, 3, 4) }, 17083],
    [{ $ifNull: [1] }, 1257300],
    [{ $switch: 1 }, 40060],
    [{ $switch: { branches: [] } }, 40068],
    [{ $switch: { branches: [branch(false, 1)] } }, 40066],
    [{ $switch: { branches: [{ case: false }] } }, 40065],
  ]);
});

describe('strings', () => {
  cases([
    [{ $concat: ['a', '$s', 'b'] }, 'a Lab Book-7 b'],
    [{ $concat: ['a', '$n'] }, null],
    [
      [{ $toUpper: 'añb' }, { $toLower: '$n' }, { $toUpper: '$v' }],
      ['AñB', '', '7'],
    ],
    [
      [{ $trim: { input: '$s' } }, { $ltrim: { input: '$s' } }, { $rtrim: { input: 'xya', chars: 'ay' } }],
      ['Lab Book-7', 'Lab Book-7 ', 'x'],
    ],
    [{ $split: ['a,b,', ','] }, ['a', 'b', '']],
    [{ $substrCP: ['h😀llo', 1, 3] }, '😀ll'],
    [{ $strLenCP: 'h😀' }, 2],
    [
      [{ $toString: '$v' }, { $toString: 1.5 }, { $toString: '$d' }, { $toString: '$id' }, { $toString: true }],
      ['7', '1.5', '2026-03-29T23:30:15.250Z', '650000000000000000000001', 'true'],
    ],
    [
      [{ $regexMatch: { input: '$s', regex: /book/i } }, { $regexMatch: { input: '$n', regex: 'x' } }],
      [true, false],
    ],
  ]);
  refused([
    [{ $concat: ['a', '$v'] }, 16702],
    [{ $toUpper: '$o' }, 16007],
    [{ $trim: { input: '$v' } }, 50699],
    [{ $trim: { input: 'a', chars: 1 } }, 50700],
    [{ $split: ['a', ''] }, 40087],
    [{ $split: [1, 'a'] }, 40085],
    [{ $substrCP: ['a', 'x', 1] }, 34450],
    [{ $substrCP: ['a', 0, -1] }, 34454],
    [{ $strLenCP: '$n' }, 34471],
    [{ $toString: '$o' }, 241],
    [{ $toString: 1e21 }, 115],
    [{ $regexMatch: { input: '$v', regex: 'x' } }, 51104],
    [{ $regexMatch: { input: 'a', regex: /x/i, options: 'm' } }, 51107],
  ]);
});

describe('arrays and documents', () => {
  cases([
    [
      [{ $arrayElemAt: ['$a', -1] }, { $first: '$a' }, { $last: '$a' }],
      [2, 3, 2],
    ],
    [{ $arrayElemAt: ['$a', 9] }, undefined],
    [{ $in: [new Double(2), '$a'] }, true],
    [{ $size: '$a' }, 3],
    [{ $isArray: '$a' }, true],
    [{ $concatArrays: ['$a', [9]] }, [3, 1, 2, 9]],
    [{ $concatArrays: ['$a', '$n'] }, null],
    [
      [{ $slice: ['$a', -2] }, { $slice: ['$a', 1, 1] }, { $slice: ['$a', -9, 2] }],
      [[1, 2], [1], [3, 1]],
    ],
    [{ $reverseArray: '$a' }, [2, 1, 3]],
    [{ $map: { input: '$a', as: 'e', in: { $multiply: ['$$e', '$v'] } } }, [21, 7, 14]],
    [{ $filter: { input: '$a', cond: { $gt: ['$$this', 1] }, limit: 1 } }, [3]],
    [{ $reduce: { input: '$a', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
    [
      { $map: { input: '$a', in: { $filter: { input: '$a', as: 'x', cond: { $gt: ['$$x', '$$this'] } } } } },
      [[], [3, 2], [3]],
    ],
    [{ $mergeObjects: ['$o', { x: 2 }, '$n'] }, { x: 2, y: { z: 2 } }],
  ]);
  refused([
    [{ $arrayElemAt: ['$v', 0] }, 28689],
    [{ $arrayElemAt: ['$a', 'x'] }, 28690],
    [{ $arrayElemAt: ['$a', 0.5] }, 28691],
    [{ $in: [1, '$v'] }, 40081],
    [{ $size: '$n' }, 17124],
    [{ $concatArrays: ['$v'] }, 28664],
    [{ $slice: ['$v', 1] }, 28724],
    [{ $slice: ['$a', 1, 0] }, 28729],
    [{ $slice: ['$a'] }, 28667],
    [{ $map: { input: '$v', in: 1 } }, 16883],
    [{ $filter: { input: '$v', cond: 1 } }, 28651],
    [{ $filter: { input: '$a', cond: 1, limit: 0 } }, 327392],
    [{ $reduce: { input: '$v', initialValue: 0, in: 1 } }, 40080],
    [{ $reverseArray: '$v' }, 34435],
    [{ $mergeObjects: ['$v'] }, 40400],
  ]);
});

describe('dates', () => {
  const part = (name: string, timezone?: string) => ({ [name]: timezone ? { date: '$d', timezone } : '$d' });
  cases([
    [
      ['$year', '$month', '$dayOfMonth', '$dayOfWeek', '$dayOfYear', '$hour', '$minute', '$second', '$millisecond'].map(
        (name) => part(name),
      ),
      [2026, 3, 29, 1, 88, 23, 30, 15, 250],
    ],
    [
      [part('$isoWeek'), part('$isoWeekYear'), part('$isoDayOfWeek'), part('$week')],
      [13, 2026n, 7, 13],
    ],
    [part('$year', 'UTC'), 2026],
    [{ $year: '$n' }, null],
    [{ $year: '$id' }, 2023],
    [{ $isoWeekYear: new Date('2027-01-01') }, 2026n],
  ]);
  refused([
    [{ $year: '$v' }, 16006],
    [part('$year', 'Europe/Berlin'), 115],
    [{ $year: { date: '$d', timezone: null } }, 115],
    [{ $year: { timezone: 'UTC' } }, 40539],
    [{ $year: { date: '$d', bogus: 1 } }, 40535],
  ]);
});
