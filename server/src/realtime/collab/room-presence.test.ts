import { closeCode } from '@cobench/shared/realtime/collab';
import { beforeEach, expect, test } from 'vitest';
import { awarenessFrame } from '../../../test/collab/editor.ts';
import { Link, settle } from '../../../test/collab/link.ts';
import { heard, inside, RoomHouse } from '../../../test/collab/room-house.ts';

let house: RoomHouse;

beforeEach(() => {
  house = new RoomHouse();
});

const statesOf = (link: Link) => Object.fromEntries(link.editor.awareness.getStates());

test('[RT17] everybody appears under the name of their session, whatever they say', async () => {
  const [ada, eve] = await inside(await house.room(), 2);
  eve!.editor.point({ user: { id: ada!.person.id, name: 'Prof. X', color: 'red' }, cursor: 3 });
  await settle(ada!, eve!);
  const { id, name } = eve!.person;
  expect(statesOf(ada!)).toEqual({
    [eve!.editor.doc.clientID]: { cursor: 3, user: { id, name, color: expect.stringMatching(/^#[0-9a-f]{6}$/) } },
  });
});

test('[RT18] nobody can move, rename or remove another’s cursor, now or after they left', async () => {
  const room = await house.room();
  const [ada, eve, ben] = await inside(room, 3);
  ada!.editor.point({ cursor: 1 });
  await settle(ada!, eve!, ben!);
  const client = ada!.editor.doc.clientID;
  const before = statesOf(ben!);
  for (const state of [null, { cursor: 9 }]) eve!.forge(awarenessFrame(client, 2 ** 52, state));
  await settle(ada!, eve!, ben!);
  expect(statesOf(ben!)).toEqual(before);
  ada!.leave();
  eve!.forge(awarenessFrame(client, 2 ** 52, { cursor: 9 }));
  await settle(eve!, ben!);
  expect(statesOf(ben!)).toEqual({});
  expect(eve!.closed).toBeNull();
});

test('[RT18] a connection speaks for one client id', async () => {
  const [eve, ben] = await inside(await house.room(), 2);
  for (const client of [11, 12, 13]) eve!.forge(awarenessFrame(client, 1, { cursor: client }));
  await settle(eve!, ben!);
  expect(Object.keys(statesOf(ben!))).toEqual(['11']);
});

test('[RT19] who says something hears it back, so that the connection is seen to live', async () => {
  const [ada] = await inside(await house.room(), 1);
  ada!.editor.heard = [];
  ada!.editor.point({ cursor: 1 });
  await settle(ada!);
  expect(heard(ada!)).toEqual(['awareness']);
});

test('[RT19] a state of more than 4 KB ends the connection', async () => {
  const [eve, ben] = await inside(await house.room(), 2);
  eve!.editor.point({ cursor: 'x'.repeat(4096) });
  await settle(eve!, ben!);
  expect([eve!.closed?.code, statesOf(ben!)]).toEqual([closeCode.malformed, {}]);
});

test('[RT20] who leaves disappears, and who comes back is seen at once', async () => {
  const room = await house.room();
  const [ada, ben] = await inside(room, 2);
  ada!.editor.point({ cursor: 1 });
  await settle(ada!, ben!);
  ada!.leave();
  await settle(ben!);
  expect(statesOf(ben!)).toEqual({});
  // With the very clock that it had: the others have seen a higher one.
  const again = new Link(ada!.person, ada!.editor).enter(room);
  await settle(again, ben!);
  expect(Object.values(statesOf(ben!))).toMatchObject([{ cursor: 1 }]);
});

test('[RT20] a tab that is back before its old connection was given up keeps its cursor', async () => {
  const room = await house.room();
  const [ada, ben] = await inside(room, 2);
  const client = ada!.editor.doc.clientID;
  ada!.forge(awarenessFrame(client, 1, { cursor: 1 }));
  const again = new Link(ada!.person).enter(room);
  again.forge(awarenessFrame(client, 2, { cursor: 2 }));
  ada!.leave();
  await settle(again, ben!);
  expect(Object.values(statesOf(ben!))).toMatchObject([{ cursor: 2 }]);
});

test('[RT20] who comes, and who asks, is told who is here', async () => {
  const room = await house.room();
  const [ada] = await inside(room, 1);
  ada!.editor.point({ cursor: 1 });
  await settle(ada!);
  const [late] = await inside(room, 1);
  expect(Object.values(statesOf(late!))).toMatchObject([{ cursor: 1 }]);
  late!.editor.heard = [];
  late!.forge([3]);
  await settle(late!);
  expect(heard(late!)).toEqual(['awareness']);
});
