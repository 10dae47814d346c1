import { ruleSets } from '@cobench/shared/spc/rule-sets';
import { expect, test } from 'vitest';
import { mostRules, RuleEditor } from './rule-editor.svelte.ts';

const [we1, , , we4] = ruleSets['western-electric'];
const ids = (editor: RuleEditor) => editor.rules.map(({ id }) => id);
const keyOf = (editor: RuleEditor, id: string) => editor.offered.find(({ rule }) => rule.id === id)!.key;

test('of a part of a preset the other rules are offered, switched off', () => {
  const editor = new RuleEditor([we1, we4]);
  expect([editor.choice, ids(editor), editor.offered.length]).toEqual(['western-electric', ['WE1', 'WE4'], 4]);
  editor.toggle(keyOf(editor, 'WE3'));
  expect(ids(editor)).toEqual(['WE1', 'WE3', 'WE4']);
});

test('a preset is chosen with all of its rules', () => {
  const editor = new RuleEditor([we1]);
  editor.choose('nelson');
  expect([editor.choice, editor.rules]).toEqual(['nelson', ruleSets.nelson]);
});

test('a rule that was changed has other words and another name, and is the old one again when it is changed back', () => {
  const editor = new RuleEditor([we1, we4]);
  const key = keyOf(editor, 'WE4');
  editor.edit(key, { window: 7 });
  expect(editor.rules[1]).toMatchObject({
    id: 'WE4-own',
    count: 7,
    title: 'Seven points in a row on one side of the centre line',
  });
  expect(editor.choice).toBe('own');
  editor.edit(key, { window: 8 });
  expect([editor.rules[1], editor.choice]).toEqual([we4, 'western-electric']);
});

test('a pattern that leaves no choice sets the numbers', () => {
  const editor = new RuleEditor([we1]);
  const key = editor.add();
  editor.edit(key, { pattern: 'range', window: 5 });
  expect(editor.rules[1]).toMatchObject({ window: 2, count: 2 });
  editor.edit(key, { pattern: 'trend', window: 6 });
  expect(editor.rules[1]).toMatchObject({ id: 'R1', count: 6, title: 'Six points in a row rising or falling' });
});

test('no rule, a rule that cannot be judged, a name used twice and too many rules are told', () => {
  const editor = new RuleEditor([we1]);
  expect(editor.problem).toBeNull();
  const key = editor.add();
  editor.edit(key, { count: 4 });
  expect(editor.problem).toBe('A rule over 3 points needs 1 to 3 of them.');
  editor.edit(key, { count: 2, id: 'WE1' });
  expect(editor.problem).toBe('Two rules are named WE1.');
  editor.remove(key);
  for (const { key, on } of editor.offered) if (on) editor.toggle(key);
  expect(editor.problem).toBe('Choose at least one rule.');
  for (let i = 0; i <= mostRules; i++) editor.add();
  expect(editor.problem).toBe('A chart is judged by at most 20 rules.');
});

test('rules that nobody published are taken as they are', () => {
  const own = { id: 'three-up', title: 'Three up', window: 3, count: 3, zone: 0 };
  const editor = new RuleEditor([own, we1]);
  expect([editor.choice, editor.rules, editor.offered.length]).toEqual(['own', [own, we1], 2]);
});
