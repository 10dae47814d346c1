import { mostProjectPeople } from '@cobench/shared/projects/project';
import { expect, test } from 'vitest';
import { answers, refusal } from '../../../test/answers.ts';
import { anId, aProject } from '../../../test/records.ts';
import { ProjectAccessForm } from './project-access.svelte.ts';

const me = { id: anId(9), name: 'Mia', seesAll: false };
const ada = { id: anId(1), name: 'Ada' };
const path = `/api/v1/projects/${aProject().id}/access`;
const names = (form: ProjectAccessForm) => form.people.map(({ name }) => name);

async function aForm({ people = [ada], restricted = true, as = me } = {}) {
  const sent = answers({ [`GET ${path}`]: { restricted, people, version: 3 }, [`POST ${path}`]: aProject() });
  const form = new ProjectAccessForm(aProject(), as);
  await form.load();
  return { form, posted: () => sent.filter(({ method }) => method === 'POST').map(({ body }) => body) };
}

test('people are added once and by name, taken out, and sent with the version that was seen', async () => {
  const { form, posted } = await aForm();
  expect(names(form)).toEqual(['Ada', 'Mia']);
  form.add({ id: anId(2), name: 'Ben' });
  form.add({ id: anId(2), name: 'Ben' });
  expect(names(form)).toEqual(['Ada', 'Ben', 'Mia']);
  form.remove(ada.id);
  expect(await form.submit()).toEqual(aProject());
  expect(posted()).toEqual([{ version: 3, restricted: true, people: [anId(2), me.id] }]);
});

test('whoever chooses stays; an administrator, who sees it in any case, need not be among them', async () => {
  const { form } = await aForm({ people: [], restricted: false });
  expect(names(form)).toEqual([]);
  form.restrict(true);
  form.remove(me.id);
  expect([names(form), form.canRemove(me.id), form.canRemove(ada.id)]).toEqual([['Mia'], false, true]);
  const { form: ofAdmin } = await aForm({ as: { ...me, seesAll: true }, people: [] });
  ofAdmin.restrict(true);
  expect(names(ofAdmin)).toEqual([]);
});

test('for everybody nobody is named', async () => {
  const { form, posted } = await aForm();
  form.restrict(false);
  await form.submit();
  expect(posted()).toEqual([{ version: 3, restricted: false, people: [] }]);
});

test('no more people are added than fit', async () => {
  const people = Array.from({ length: mostProjectPeople - 1 }, (_, at) => ({ id: anId(100 + at), name: `P${at}` }));
  const { form } = await aForm({ people });
  expect([form.people.length, form.isFull]).toEqual([mostProjectPeople, true]);
  form.add({ id: anId(2), name: 'Ben' });
  expect(form.has(anId(2))).toBe(false);
});

test('a conflict keeps what was chosen, and the next save goes through knowingly', async () => {
  const { form } = await aForm();
  const sent = answers({
    [`GET ${path}`]: { restricted: false, people: [], version: 4 },
    [`POST ${path}`]: ({ body }: { body: unknown }) =>
      (body as { version: number }).version === 4 ? aProject({ version: 5 }) : refusal('edit.conflict'),
  });
  expect(await form.submit()).toBe(null);
  expect([form.sending.message, names(form)]).toEqual([
    'Someone changed it first. Save again to have it as it is here.',
    ['Ada', 'Mia'],
  ]);
  expect((await form.submit())?.version).toBe(5);
  expect(sent).toHaveLength(3);
});

test('where nobody knows who sees it, it is said', async () => {
  answers({ [`GET ${path}`]: () => refusal('resource.missing') });
  const form = new ProjectAccessForm(aProject(), me);
  await form.load();
  expect([form.state, form.problem?.type]).toEqual(['failed', 'resource.missing']);
});
