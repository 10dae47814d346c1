import { expect, test } from 'vitest';
import { doubtsOf } from './doubt.ts';
import { instrumentStanding, standingOf, type Judged } from './standing.ts';

const at = (day: string): string => `2026-${day}T00:00:00.000Z`;
const now = (day: string): Date => new Date(at(day));
const justBefore = (day: string): Date => new Date(now(day).getTime() - 1);

let serial = 0;
/** Performed on the first of January and valid until the end of the year, unless told otherwise. */
function aCertificate(id: string, over: Partial<Judged> = {}): Judged {
  const performedAt = over.performedAt ?? at('01-01');
  return {
    id,
    performedAt,
    validFrom: performedAt,
    expiresAt: at('12-31'),
    result: 'pass',
    ended: null,
    revoked: null,
    createdAt: new Date(Date.parse(performedAt) + ++serial).toISOString(),
    ...over,
  };
}
const revoked = { doubtfulSince: at('01-01') };
const failed = { result: 'fail' } as const;
const idsOf = ({ standing, deciding, dueAt, dueBy }: ReturnType<typeof instrumentStanding>) => ({
  standing,
  deciding: deciding?.id ?? null,
  due: dueAt?.toISOString() ?? null,
  dueBy: dueBy?.id ?? null,
});

test('a certificate is pending until it begins, and valid from that moment on until just before it ends', () => {
  const one = aCertificate('c', { validFrom: at('02-01'), expiresAt: at('03-01') });
  const moments = [justBefore('02-01'), now('02-01'), justBefore('03-01'), now('03-01')];
  expect(moments.map((moment) => standingOf(one, moment))).toEqual(['pending', 'valid', 'valid', 'expired']);
});

test('one that was ended by hand is expired from that moment on', () => {
  const one = aCertificate('c', { ended: { at: at('02-01') } });
  expect([justBefore('02-01'), now('02-01')].map((moment) => standingOf(one, moment))).toEqual(['valid', 'expired']);
});

test('one that was ended before it began is expired, not pending', () => {
  const one = aCertificate('c', { validFrom: at('03-01'), ended: { at: at('02-01') } });
  expect([justBefore('02-01'), now('02-01'), now('03-01')].map((moment) => standingOf(one, moment))).toEqual([
    'pending',
    'expired',
    'expired',
  ]);
  expect(instrumentStanding([one], now('02-01')).nextChangeAt).toBeNull();
});

test('a revoked one is revoked whatever else it is, and a failed one never valid', () => {
  expect(standingOf(aCertificate('c', { revoked, expiresAt: at('01-02') }), now('06-01'))).toBe('revoked');
  expect(standingOf(aCertificate('c', { revoked, ...failed }), now('06-01'))).toBe('revoked');
  expect(standingOf(aCertificate('c', failed), now('06-01'))).toBe('failed');
});

test('an instrument without certificates has none', () => {
  expect(idsOf(instrumentStanding([], now('01-01')))).toEqual({
    standing: 'missing',
    deciding: null,
    due: null,
    dueBy: null,
  });
});

test('of several valid certificates the one performed last decides, and the one that reaches furthest is due', () => {
  const long = aCertificate('long');
  const late = aCertificate('late', { performedAt: at('03-01'), expiresAt: at('09-01') });
  expect(idsOf(instrumentStanding([late, long], now('06-01')))).toEqual({
    standing: 'valid',
    deciding: 'late',
    due: at('12-31'),
    dueBy: 'long',
  });
  expect(idsOf(instrumentStanding([late, long], now('10-01')))).toMatchObject({ standing: 'valid', deciding: 'long' });
});

test('of two that were performed at the same moment the one recorded later decides', () => {
  const [first, second] = [aCertificate('first'), aCertificate('second')];
  expect(instrumentStanding([second, first], now('06-01')).deciding?.id).toBe('second');
});

test('certificates that follow one another without a gap are one cover; a gap ends it', () => {
  const [a, b] = [aCertificate('a', { expiresAt: at('03-01') }), aCertificate('b', { validFrom: at('03-01') })];
  expect(idsOf(instrumentStanding([a, b], now('02-01')))).toMatchObject({ due: at('12-31'), dueBy: 'b' });
  const later = { ...b, validFrom: at('03-02') };
  expect(idsOf(instrumentStanding([a, later], now('02-01')))).toMatchObject({ due: at('03-01'), dueBy: 'a' });
  expect(idsOf(instrumentStanding([a, later], now('03-01')))).toMatchObject({
    standing: 'pending',
    deciding: 'b',
    due: at('03-01'),
  });
  expect(instrumentStanding([a, later], now('03-01')).nextChangeAt).toEqual(now('03-02'));
  expect(instrumentStanding([a, later], now('03-02'))).toMatchObject({ standing: 'valid' });
});

test('a later calibration that failed locks out, although an earlier certificate has not expired', () => {
  const set = [aCertificate('good'), aCertificate('bad', { performedAt: at('03-01'), ...failed })];
  expect(idsOf(instrumentStanding(set, now('06-01')))).toMatchObject({ standing: 'failed', deciding: 'bad' });
});

test('a failed calibration counts no more when a later one passed, or was performed before the valid one', () => {
  const bad = aCertificate('bad', { performedAt: at('03-01'), ...failed });
  const adjusted = aCertificate('adjusted', { performedAt: at('03-02'), result: 'adjusted' });
  expect(instrumentStanding([bad, adjusted], now('06-01'))).toMatchObject({ standing: 'valid' });
  expect(instrumentStanding([bad, adjusted], now('06-01')).deciding?.id).toBe('adjusted');
});

test('a failed calibration that was revoked counts for nothing', () => {
  const set = [aCertificate('good'), aCertificate('bad', { performedAt: at('03-01'), ...failed, revoked })];
  expect(idsOf(instrumentStanding(set, now('06-01')))).toMatchObject({ standing: 'valid', deciding: 'good' });
});

test('what was valid before a failed calibration does not come back when the later one expires', () => {
  const set = [
    aCertificate('good'),
    aCertificate('bad', { performedAt: at('03-01'), ...failed }),
    aCertificate('short', { performedAt: at('03-02'), expiresAt: at('04-01') }),
  ];
  expect(idsOf(instrumentStanding(set, now('04-01')))).toMatchObject({ standing: 'expired', deciding: 'short' });
});

test('where one was revoked an older one that is valid takes over; where none is, the revoked one says why', () => {
  const late = aCertificate('late', { performedAt: at('03-01'), revoked });
  expect(idsOf(instrumentStanding([aCertificate('good'), late], now('06-01')))).toMatchObject({
    standing: 'valid',
    deciding: 'good',
  });
  const old = aCertificate('old', { expiresAt: at('02-01') });
  expect(idsOf(instrumentStanding([old, late], now('06-01')))).toMatchObject({
    standing: 'revoked',
    deciding: 'late',
    due: at('02-01'),
  });
});

test('what passes next is known: the beginning or the end that comes first', () => {
  const set = [aCertificate('a', { expiresAt: at('03-01') }), aCertificate('b', { validFrom: at('02-15') })];
  const next = (day: string) => instrumentStanding(set, now(day)).nextChangeAt;
  expect([next('02-01'), next('02-15'), next('03-01'), next('12-31')]).toEqual([
    now('02-15'),
    now('03-01'),
    now('12-31'),
    null,
  ]);
});

const knownSince = at('01-01');

test('good calibrations doubt nothing, also when they have expired', () => {
  expect(doubtsOf([aCertificate('a', { expiresAt: at('01-02') }), aCertificate('b')], knownSince)).toEqual([]);
});

test('a failed calibration doubts all since the last good one, until the next good one', () => {
  const good = aCertificate('good', { performedAt: at('02-01') });
  const bad = aCertificate('bad', { performedAt: at('05-01'), ...failed });
  const next = aCertificate('next', { performedAt: at('05-03'), result: 'adjusted' });
  expect(doubtsOf([bad, good], knownSince)).toEqual([{ calibrationId: 'bad', since: at('02-01'), until: null }]);
  expect(doubtsOf([bad, good, next], knownSince)).toEqual([
    { calibrationId: 'bad', since: at('02-01'), until: next.createdAt },
  ]);
  const recordedLate = { ...next, createdAt: at('06-01') };
  expect(doubtsOf([bad, good, recordedLate], knownSince)).toEqual([
    { calibrationId: 'bad', since: at('02-01'), until: at('05-04') },
  ]);
  expect(doubtsOf([bad], knownSince)).toEqual([{ calibrationId: 'bad', since: knownSince, until: null }]);
});

test('a revoked certificate doubts what was measured since the named moment, and is no last good one', () => {
  const good = aCertificate('good', { performedAt: at('02-01') });
  const void_ = aCertificate('void', { performedAt: at('03-01'), revoked: { doubtfulSince: at('03-15') } });
  const bad = aCertificate('bad', { performedAt: at('05-01'), ...failed });
  expect(doubtsOf([good, void_, bad], knownSince)).toEqual([
    { calibrationId: 'void', since: at('03-15'), until: null },
    { calibrationId: 'bad', since: at('02-01'), until: null },
  ]);
});

test('a failed calibration that was revoked doubts nothing any more', () => {
  expect(doubtsOf([aCertificate('bad', { ...failed, revoked })], knownSince)).toEqual([]);
});
