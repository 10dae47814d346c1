import { closeCode } from '@cobench/shared/realtime/collab';
import { beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { Editor } from '../../../test/collab/editor.ts';
import { aPerson, Link, settle } from '../../../test/collab/link.ts';
import { inside, RoomHouse } from '../../../test/collab/room-house.ts';
import { maxUpdateBytes } from './limits.ts';
import { step2Message, updateMessage } from './messages.ts';

let house: RoomHouse;

beforeEach(() => {
  house = new RoomHouse();
});

describe('rights', () => {
  async function withViewer() {
    const room = await house.room();
    const [writer, viewer] = await inside(room, 2);
    viewer!.mayWrite = false;
    writer!.editor.insert(0, 'abc');
    writer!.editor.doc.getText('t').delete(0, 1);
    await settle(writer!, viewer!);
    return { room, writer: writer!, viewer: viewer! };
  }

  test('[RT10] a viewer sees, points, and may repeat what everybody has', async () => {
    const { room, writer, viewer } = await withViewer();
    viewer.editor.point({ cursor: 1 });
    viewer.forge(step2Message(Uint8Array.of(0, 0)));
    viewer.leave();
    // Its answer to step 1 repeats the deletions of the document, and so is not empty.
    const again = new Link(viewer.person, viewer.editor);
    again.mayWrite = false;
    again.enter(room);
    await settle(writer, again);
    expect(again.closed).toBeNull();
    expect(again.editor.text).toBe('bc');
  });

  test.each([
    ['an update', (link: Link, change: Uint8Array) => link.forge(updateMessage(change))],
    ['an answer to step 1', (link: Link, change: Uint8Array) => link.forge(step2Message(change))],
    [
      '[RT12] an overlong varint',
      (link: Link, change: Uint8Array) => link.forge([0x80, 0, 0x82, 0, change.length, ...change]),
    ],
    [
      '[RT12] a second message in the frame',
      (link: Link, change: Uint8Array) => link.forge([0, 2, 2, 0, 0, ...updateMessage(change)]),
    ],
  ])('[RT10] what a viewer writes changes nothing and ends the connection: %s', async (_, write) => {
    const { writer, viewer } = await withViewer();
    const forged = new Y.Doc();
    forged.getText('t').insert(0, 'x');
    write(viewer, Y.encodeStateAsUpdate(forged));
    await settle(writer, viewer);
    expect(viewer.closed?.code).toBe(closeCode.notAllowed);
    expect([writer.editor.text, house.logged()]).toEqual(['bc', 'bc']);
    expect(house.records().flatMap(({ parts }) => parts)).toHaveLength(2);
  });

  test('[RT11] a role that was lost between two messages ends the second', async () => {
    const room = await house.room();
    const [writer, other] = await inside(room, 2);
    writer!.editor.insert(0, 'a');
    await settle(writer!, other!);
    writer!.mayWrite = false;
    writer!.editor.insert(1, 'b');
    await settle(writer!, other!);
    expect(writer!.closed?.code).toBe(closeCode.notAllowed);
    expect(other!.editor.text).toBe('a');
  });
});

describe('what is wrong', () => {
  test.each([
    ['an empty frame', []],
    ['half a message', [0, 2, 9, 1]],
    ['an unknown message', [99]],
    ['a message that only servers send', [100, 1, 1, 0]],
    ['an unknown sync step', [0, 7, 0]],
    ['a state vector that lies about its size', [0, 0, 2, 255, 1]],
    ['noise for an update', [0, 2, 4, 1, 2, 3, 4]],
    ['an awareness state that is no object', [1, 5, 1, 7, 1, 1, 49]],
    ['a number without end', Array.from({ length: 30 }, () => 255)],
  ])('[RT13] %s ends the connection it came from, and nobody else’s', async (_, frame) => {
    const room = await house.room();
    const [rude, other] = await inside(room, 2);
    rude!.forge(frame);
    other!.editor.insert(0, 'x');
    await settle(rude!, other!);
    expect(rude!.closed?.code).toBe(closeCode.malformed);
    expect([other!.closed, other!.editor.saved, house.logged()]).toEqual([null, 1, 'x']);
  });

  test('[RT14] somebody who types before their offline work arrived is asked for it, and all of it is saved', async () => {
    const room = await house.room();
    const [other] = await inside(room, 1);
    const hasty = new Editor();
    const link = new Link(aPerson(), hasty);
    hasty.insert(0, 'offline');
    link.enter(room);
    // The room's question is still on its way.
    hasty.insert(7, '!');
    await upwards(link);
    await settle(link, other!);
    expect(link.closed).toBeNull();
    expect([other!.editor.text, hasty.saved]).toEqual(['offline!', hasty.sent]);
  });

  test('[RT14] until it arrives nothing more counts as saved', async () => {
    const room = await house.room();
    const link = new Link();
    link.editor.insert(0, 'offline');
    link.enter(room);
    link.toRoom.splice(0);
    link.editor.insert(7, '!');
    await upwards(link);
    const beside = new Y.Doc();
    beside.getText('other').insert(0, 'unrelated');
    link.forge(updateMessage(Y.encodeStateAsUpdate(beside)));
    await upwards(link);
    expect(link.toEditor.map((frame) => frame[0])).not.toContain(100);
    expect(house.logged('other')).toBe('unrelated');
  });

  test('[RT14] an answer to step 1 with a hole is malformed', async () => {
    const [peer] = await inside(await house.room(), 1);
    const doc = new Y.Doc();
    doc.getText('t').insert(0, 'a');
    const known = Y.encodeStateVector(doc);
    doc.getText('t').insert(1, 'b');
    peer!.forge(step2Message(Y.encodeStateAsUpdate(doc, known)));
    expect(peer!.closed?.code).toBe(closeCode.malformed);
  });

  test('[RT15] what the room has already is not logged again', async () => {
    const [peer] = await inside(await house.room(), 1);
    peer!.editor.insert(0, 'x');
    await settle(peer!);
    peer!.forge(updateMessage(Y.encodeStateAsUpdate(peer!.editor.doc)));
    await settle(peer!);
    expect(house.records()).toHaveLength(1);
    expect(peer!.editor.saved).toBe(2);
  });

  test('[RT16] an update over the size limit ends the connection for good', async () => {
    const [peer] = await inside(await house.room(), 1);
    const doc = new Y.Doc();
    doc.getText('t').insert(0, 'x'.repeat(maxUpdateBytes));
    peer!.forge(updateMessage(Y.encodeStateAsUpdate(doc)));
    expect(peer!.closed?.code).toBe(closeCode.tooBig);
    expect(house.logged()).toBe('');
  });
});

/** Carries what a peer says, and leaves unread what it is told. */
async function upwards(link: Link): Promise<void> {
  while (link.up());
  await settle();
}
