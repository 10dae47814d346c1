import { describe, expect, test } from 'vitest';
import { lacksProfile, profileOf } from './claims.ts';

const membershipsOf = (claims: object) =>
  profileOf({ sub: 'ada', ...claims }, { realm: 'realm' }).memberships.map(
    ({ organisation, role }) => `${organisation.slug} ${role}`,
  );

describe('memberships', () => {
  test('come from the claim cobench', () => {
    const cobench = [
      { organisation: 'acme', name: 'Acme', role: 'pi' },
      { organisation: 'borealis', role: 'viewer' },
    ];
    expect(profileOf({ sub: 'ada', cobench }, { realm: 'realm' }).memberships).toEqual([
      { organisation: { slug: 'acme', name: 'Acme' }, role: 'pi' },
      { organisation: { slug: 'borealis', name: undefined }, role: 'viewer' },
    ]);
  });

  test('come from groups and roles', () => {
    const claims = { groups: ['staff', 'cobench:acme:viewer'], roles: ['cobench:borealis:admin'] };
    expect(membershipsOf(claims)).toEqual(['acme viewer', 'borealis admin']);
  });

  test('come from the claim cobench alone where there is one', () => {
    expect(membershipsOf({ cobench: [], groups: ['cobench:acme:admin'] })).toEqual([]);
    expect(membershipsOf({ cobench: 'acme', groups: ['cobench:acme:admin'] })).toEqual([]);
  });

  test('of one organisation count once, with the strongest role', () => {
    expect(membershipsOf({ groups: ['cobench:acme:viewer', 'cobench:acme:pi', 'cobench:acme:engineer'] })).toEqual([
      'acme pi',
    ]);
  });

  test.each<unknown>([
    'cobench:acme',
    'cobench:acme:king',
    'cobench:acme:Admin',
    'cobench:acme:admin:more',
    'cobench::admin',
    'cobench:Acme:admin',
    'cobench:-acme:admin',
    'cobench:acme labs:admin',
    `cobench:${'a'.repeat(65)}:admin`,
    'xcobench:acme:admin',
    'cobench:acme:__proto__',
    42,
    null,
    [['cobench:acme:admin']],
    { $ne: null },
  ])('are not made from %j', (group) => {
    expect(membershipsOf({ groups: [group] })).toEqual([]);
    expect(membershipsOf({ groups: [group, 'cobench:acme:viewer'] })).toEqual(['acme viewer']);
  });

  test.each(['cobench:acme:admin', { 0: 'cobench:acme:admin' }, null])('are not made from the claim %j', (groups) => {
    expect(membershipsOf({ groups })).toEqual([]);
  });

  test('are fifty at most', () => {
    const groups = Array.from({ length: 80 }, (_, index) => `cobench:org-${index}:viewer`);
    expect(membershipsOf({ groups })).toHaveLength(50);
  });
});

describe('name and e-mail', () => {
  test.each([
    [{ name: 'Ada Lovelace', email: 'ada@example.test' }, 'Ada Lovelace', 'ada@example.test'],
    [{ preferred_username: 'ada', email: 'ada@example.test' }, 'ada', 'ada@example.test'],
    [{ email: 'ada@example.test' }, 'ada@example.test', 'ada@example.test'],
    [{ name: { $ne: null }, email: ['x'] }, 'Unnamed person', ''],
    [{ name: ' Ada\u0000\n\u202e Lovelace ' }, 'Ada Lovelace', ''],
    [{ name: 'x'.repeat(500) }, 'x'.repeat(120), ''],
  ])('%j', (claims, name, email) => {
    expect(profileOf({ sub: 'ada', ...claims }, { realm: 'realm' })).toMatchObject({
      realm: 'realm',
      subject: 'ada',
      name,
      email,
    });
  });
});

test.each([
  [{ name: 'Ada', email: 'a@b.test', groups: [] }, false],
  [{ name: 'Ada', email: 'a@b.test', cobench: [] }, false],
  [{ name: 'Ada', email: 'a@b.test' }, true],
  [{ name: 'Ada', roles: [] }, true],
  [{ email: 'a@b.test', roles: [] }, true],
])('%j lacks something: %s', (claims, lacks) => {
  expect(lacksProfile({ sub: 'ada', ...claims })).toBe(lacks);
});
