import type { EntryField } from '@cobench/shared/notebook/properties';
import { readProperties } from '@cobench/shared/notebook/read-properties';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { EntryProperties, type NewField } from './entry-properties.svelte.ts';

let serial = 0;
const aTab = (): { doc: Y.Doc; properties: EntryProperties } => {
  const doc = new Y.Doc();
  const properties = new EntryProperties(doc, () => `f${++serial}`);
  properties.follow();
  return { doc, properties };
};
type Tab = ReturnType<typeof aTab>;

/** Both get what the other has. */
function meet(...tabs: Tab[]): void {
  for (const from of tabs)
    for (const to of tabs) Y.applyUpdate(to.doc, Y.encodeStateAsUpdate(from.doc, Y.encodeStateVector(to.doc)));
}
const namesOf = ({ properties }: Tab) => properties.now.properties.fields.map(({ name }) => name);
const fieldOf = ({ properties }: Tab, id: string) => properties.now.properties.fields.find((field) => field.id === id);

const pressure: NewField = { type: 'number', name: 'Pressure', unit: 'mTorr' };

test('[RT50] tags that two people add at once are all there, the same one once', () => {
  const [ada, ben] = [aTab(), aTab()];
  ada.properties.addTag(' #SiO₂ ');
  ada.properties.addTag('etch');
  ben.properties.addTag('sio₂');
  ben.properties.addTag('wet');
  ben.properties.addTag('  ');
  meet(ada, ben);
  expect(ada.properties.now.properties.tags.map((tag) => tag.toLowerCase())).toEqual(['etch', 'sio₂', 'wet']);
  ada.properties.removeTag('SIO₂');
  meet(ada, ben);
  expect(ben.properties.now.properties.tags).toEqual(['etch', 'wet']);
});

test('[RT50] changes to different fields, and to different parts of one, do not meet', () => {
  const [ada, ben] = [aTab(), aTab()];
  const p = ada.properties.add(pressure);
  const d = ada.properties.add({ type: 'date', name: 'Etched' });
  meet(ada, ben);
  ada.properties.setValue(p, '30');
  ada.properties.rename(p, 'Chamber pressure ');
  ben.properties.setUnit(p, 'Pa');
  ben.properties.setValue(d, '2026-11-20');
  meet(ada, ben);
  for (const tab of [ada, ben]) {
    expect(fieldOf(tab, p)).toEqual({ id: p, type: 'number', name: 'Chamber pressure', value: '30', unit: 'Pa' });
    expect(fieldOf(tab, d)?.value).toBe('2026-11-20');
  }
});

test('[RT50] of two dates chosen at once one stands, the same for both; of two texts both do', () => {
  const [ada, ben] = [aTab(), aTab()];
  const d = ada.properties.add({ type: 'date', name: 'Etched' });
  const t = ada.properties.add({ type: 'text', name: 'Lot' });
  meet(ada, ben);
  ada.properties.setValue(d, '2026-11-20');
  ben.properties.setValue(d, '2026-11-21');
  ada.properties.textOf(t)?.insert(0, 'ACM');
  ben.properties.textOf(t)?.insert(0, '-2217');
  meet(ada, ben);
  expect(fieldOf(ada, d)).toEqual(fieldOf(ben, d));
  expect(['2026-11-20', '2026-11-21']).toContain(fieldOf(ada, d)?.value);
  expect(fieldOf(ada, t)?.value).toHaveLength(8);
  expect(fieldOf(ada, t)).toEqual(fieldOf(ben, t));
});

test('choices that two people add are all there; one that is taken away leaves its values as a problem', () => {
  const [ada, ben] = [aTab(), aTab()];
  const c = ada.properties.add({ type: 'choice', name: 'Ring', options: ['old'] });
  meet(ada, ben);
  ada.properties.addOption(c, 'new');
  ben.properties.addOption(c, 'none');
  meet(ada, ben);
  expect(new Set((fieldOf(ben, c) as { options: string[] }).options)).toEqual(new Set(['old', 'new', 'none']));
  ada.properties.setValue(c, 'new');
  ada.properties.removeOption(c, 'new');
  expect(fieldOf(ada, c)?.value).toBe('new');
  expect(ada.properties.problemAt(c)).toBe('“new” is none of the choices.');
});

test('fields are moved up and down, and by two people at once', () => {
  const [ada, ben] = [aTab(), aTab()];
  const ids = ['A', 'B', 'C', 'D'].map((name) => ada.properties.add({ type: 'text', name }));
  meet(ada, ben);
  ada.properties.move(ids[3] ?? '', -1);
  ben.properties.move(ids[0] ?? '', 1);
  ben.properties.move(ids[0] ?? '', -1);
  ben.properties.move(ids[0] ?? '', -1);
  meet(ada, ben);
  expect(namesOf(ada)).toEqual(['A', 'B', 'D', 'C']);
  expect(namesOf(ben)).toEqual(namesOf(ada));
});

test('however often two fields are swapped, there is room between them', () => {
  const tab = aTab();
  const [a, b, c] = ['A', 'B', 'C'].map((name) => tab.properties.add({ type: 'text', name }));
  for (let round = 0; round < 120; round++) tab.properties.move((round % 2 === 0 ? c : b) ?? '', -1);
  tab.properties.move(a ?? '', 1);
  expect(namesOf(tab)).toEqual(['B', 'A', 'C']);
});

test('a deleted field comes back where it was, with its value; typing in it meanwhile breaks nothing', () => {
  const [ada, ben] = [aTab(), aTab()];
  ada.properties.add({ type: 'text', name: 'A' });
  const p = ada.properties.add(pressure);
  ada.properties.add({ type: 'text', name: 'C' });
  ada.properties.setValue(p, '30');
  meet(ada, ben);
  const deleted = ada.properties.remove(p);
  ben.properties.setValue(p, '31');
  meet(ada, ben);
  expect(namesOf(ben)).toEqual(['A', 'C']);
  ben.properties.setValue(p, '32');
  expect(ben.properties.remove(p)).toBeNull();
  ada.properties.putBack(deleted!);
  meet(ada, ben);
  expect(namesOf(ben)).toEqual(['A', 'Pressure', 'C']);
  expect(fieldOf(ben, p)?.value).toBe('30');
});

test('undo takes back what one did oneself, and nothing of others', () => {
  const [ada, ben] = [aTab(), aTab()];
  ada.properties.addTag('etch');
  meet(ada, ben);
  ben.properties.addTag('wet');
  meet(ada, ben);
  ada.properties.undo();
  expect(ada.properties.now.properties.tags).toEqual(['wet']);
  ada.properties.redo();
  expect(ada.properties.now.properties.tags).toEqual(['etch', 'wet']);
});

test('the properties of a file come to what is here; a title only where there is none', () => {
  const tab = aTab();
  const fields: EntryField[] = [{ id: 'f', type: 'text', name: 'Lot', value: 'ACM' }];
  tab.properties.takeIn({ title: 'From a file', tags: ['a'], fields });
  tab.properties.takeIn({ title: 'Another', tags: ['A', 'b'], fields });
  const { title, tags } = tab.properties.now.properties;
  expect([title, tags, namesOf(tab)]).toEqual(['From a file', ['A', 'b'], ['Lot', 'Lot']]);
});

test('what others put there in another shape breaks nothing', () => {
  const tab = aTab();
  const fields = tab.doc.getMap('fields');
  fields.set('plain', { type: 'text', name: 'Plain', value: 'x', order: 1 });
  fields.set('odd', 7);
  const mine = tab.properties.add({ type: 'text', name: 'Mine' });
  tab.properties.setValue('plain', 'y');
  tab.properties.addOption('plain', 'y');
  tab.properties.move(mine, -1);
  expect(tab.properties.textOf('plain')).toBeNull();
  tab.properties.remove('plain');
  expect(readProperties(tab.doc).properties.fields.map(({ id }) => id)).toEqual([mine]);
});
