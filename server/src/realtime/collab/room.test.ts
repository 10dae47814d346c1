import { closeCode } from '@cobench/shared/realtime/collab';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { Link, settle } from '../../../test/collab/link.ts';
import { heard, inside, RoomHouse } from '../../../test/collab/room-house.ts';
import { Content } from './content.ts';
import { largeBytes } from './limits.ts';

let house: RoomHouse;

beforeEach(() => {
  house = new RoomHouse();
});

describe('what is said, and when', () => {
  test('[RT3] a peer is asked what it has, and told what it lacks', async () => {
    const room = await house.room();
    const [writer] = await inside(room, 1);
    writer!.editor.insert(0, 'hello');
    await settle(writer!);
    const reader = new Link();
    reader.editor.insert(0, 'offline ');
    reader.enter(room);
    await settle(writer!, reader);
    expect(writer!.editor.text).toBe(reader.editor.text);
    expect(['offline hello', 'hellooffline ']).toContain(reader.editor.text);
    expect(house.logged()).toBe(reader.editor.text);
  });

  test('[RT4] nothing of an update leaves the room before the log has it', async () => {
    const room = await house.room();
    const [writer, reader] = await inside(room, 2);
    const held = house.hold();
    writer!.editor.insert(0, 'x');
    await settle(writer!);
    const late = new Link().enter(room);
    await settle(writer!, reader!, late);
    expect([reader!.editor.text, late.editor.text, writer!.editor.saved]).toEqual(['', '', 0]);
    // The answer to step 1 is there, as the log has it; our question names what it has and waits.
    expect(heard(late)).toEqual(['step2']);
    held.resolve();
    await settle(writer!, reader!, late);
    expect([reader!.editor.text, late.editor.text, writer!.editor.saved]).toEqual(['x', 'x', 1]);
  });

  test('[RT4] what is read of a document is what the log has', async () => {
    const room = await house.room();
    const [writer] = await inside(room, 1);
    const held = house.hold();
    writer!.editor.insert(0, 'x');
    await settle(writer!);
    expect((await room.content.state()).update).toEqual(Uint8Array.of(0, 0));
    held.resolve();
    await settle(writer!);
    expect((await room.content.state()).update).toEqual(Y.encodeStateAsUpdate(writer!.editor.doc));
  });

  test('[RT3] who opens a large document while somebody types has all of it', async () => {
    const room = await house.room();
    const [writer] = await inside(room, 1);
    writer!.editor.insert(0, 'x'.repeat(largeBytes));
    await settle(writer!);
    await inside(room, 1);
    writer!.editor.insert(0, 'y');
    await settle(writer!);
    const [late] = await inside(room, 1);
    expect(heard(late!)).toEqual(['step1', 'step2', 'update']);
    expect(late!.editor.text).toBe(`y${'x'.repeat(largeBytes)}`);
  });

  test('[RT5] a change goes to every other peer once, and never back to its writer', async () => {
    const room = await house.room();
    const [writer, one, two] = await inside(room, 3);
    for (const link of [writer!, one!, two!]) link.editor.heard = [];
    writer!.editor.insert(0, 'x');
    await settle(writer!, one!, two!);
    expect([writer!, one!, two!].map(heard)).toEqual([['saved'], ['update'], ['update']]);
  });

  test('[RT5] a peer is told of changes from its first content on: no hole and no repeat', async () => {
    const room = await house.room();
    const [writer] = await inside(room, 1);
    writer!.editor.insert(0, 'a');
    await settle(writer!);
    room.content.dropContent();
    const held = house.hold('load');
    const late = new Link().enter(room);
    await settle(late);
    for (const letter of ['b', 'c']) {
      writer!.editor.insert(1, letter);
      await settle(writer!, late);
    }
    expect([house.logged(), heard(late)]).toEqual(['acb', ['step1']]);
    held.resolve();
    await settle(writer!, late);
    writer!.editor.insert(0, 'd');
    await settle(writer!, late);
    // What became durable while the log was read was in the answer already.
    expect(heard(late)).toEqual(['step1', 'step2', 'update']);
    expect(late.editor.doc.store.pendingStructs).toBeNull();
    expect(late.editor.text).toBe('dacb');
  });

  test('[RT5] what becomes durable while an answer is made follows it', async () => {
    const room = await house.room();
    const [writer] = await inside(room, 1);
    writer!.editor.insert(0, 'a');
    await settle(writer!);
    const making = Promise.withResolvers<void>();
    vi.spyOn(room.content, 'answer').mockImplementationOnce(async (vector) => {
      const answer = await Content.prototype.answer.call(room.content, vector);
      await making.promise;
      return answer;
    });
    const late = new Link().enter(room);
    await settle(late);
    writer!.editor.insert(1, 'b');
    await settle(writer!, late);
    expect(heard(late)).toEqual(['step1']);
    making.resolve();
    await settle(writer!, late);
    expect(heard(late)).toEqual(['step1', 'step2', 'update']);
    expect(late.editor.text).toBe('ab');
  });

  test('[RT3] who asks many times while an answer is made is answered once more, for the last', async () => {
    const room = await house.room();
    const held = house.hold('load');
    room.content.dropContent();
    const link = new Link().enter(room);
    for (let at = 0; at < 50; at++) link.forge([0, 0, 1, 0]);
    held.resolve();
    await settle(link);
    // The third is for the editor's own question.
    expect(heard(link)).toEqual(['step1', 'step2', 'step2', 'step2']);
  });

  test('[RT5] a peer that left is told nothing more', async () => {
    const room = await house.room();
    const [writer, gone] = await inside(room, 2);
    writer!.editor.insert(0, 'x');
    writer!.up();
    gone!.leave();
    await settle(writer!);
    expect(gone!.toEditor).toEqual([]);
  });
});

describe('saving', () => {
  test('[RT6] "saved" counts what is durable of what this connection sent', async () => {
    const room = await house.room();
    const [writer, other] = await inside(room, 2);
    const held = house.hold();
    for (const letter of ['a', 'b', 'c']) writer!.editor.insert(0, letter);
    other!.editor.insert(0, 'z');
    await settle(writer!, other!);
    expect([writer!.editor.saved, other!.editor.saved]).toEqual([0, 0]);
    held.resolve();
    await settle(writer!, other!);
    expect([writer!.editor.saved, other!.editor.saved]).toEqual([3, 1]);
  });

  test('[RT6] what was deleted offline counts too, and what the server had already', async () => {
    const room = await house.room();
    const [writer, other] = await inside(room, 2);
    writer!.editor.insert(0, 'abc');
    await settle(writer!, other!);
    writer!.leave();
    writer!.editor.doc.getText('t').delete(0, 2);
    const again = new Link(writer!.person, writer!.editor).enter(room);
    await settle(again, other!);
    expect([again.editor.sent, again.editor.saved]).toEqual([1, 1]);
    expect(other!.editor.text).toBe('c');
    again.leave();
    const third = new Link(writer!.person, writer!.editor).enter(room);
    await settle(third, other!);
    expect([third.editor.sent, third.editor.saved]).toEqual([1, 1]);
    expect(house.records()).toHaveLength(2);
  });

  test('[RT7] what comes while a record is written is the next record, with who wrote what', async () => {
    const room = await house.room();
    const [ada, ben] = await inside(room, 2);
    const held = house.hold();
    ada!.editor.insert(0, 'a');
    await settle(ada!);
    ben!.editor.insert(0, 'b');
    ada!.editor.insert(1, 'c');
    ben!.editor.insert(1, 'd');
    await settle(ada!, ben!);
    held.resolve();
    await settle(ada!, ben!);
    const by = house.records().map(({ seq, parts }) => ({ seq, by: parts.map((part) => part.personId) }));
    expect(by).toEqual([
      { seq: 1, by: [ada!.person.id] },
      { seq: 2, by: expect.arrayContaining([ben!.person.id, ada!.person.id, ben!.person.id]) },
    ]);
    expect(house.records()[0]!.parts[0]!.sessionId).toBe(ada!.person.sessionId);
    expect(house.flushed).toHaveBeenCalledTimes(2);
  });

  test.each(['append', 'appended'] as const)(
    '[RT8] a log that fails (at %s): nobody hears of the change, and everybody is told to come back',
    async (step) => {
      const room = await house.room();
      const [writer, reader] = await inside(room, 2);
      const held = house.hold(step);
      writer!.editor.insert(0, 'x');
      await settle(writer!, reader!);
      const late = new Link().enter(room);
      await settle(late);
      held.reject(new Error('disk full'));
      await settle(writer!, reader!, late);
      expect([writer!, reader!, late].map(({ closed }) => closed?.code)).toEqual(Array(3).fill(closeCode.storeFailed));
      expect([reader!.editor.text, late.editor.text, writer!.editor.saved]).toEqual(['', '', 0]);
      expect(house.dropped).toHaveBeenCalledOnce();
      await expect(room.durable()).rejects.toThrow('given up');
    },
  );

  test('[RT8] who comes back after a failure brings what was not stored', async () => {
    const room = await house.room();
    const [writer] = await inside(room, 1);
    const held = house.hold();
    writer!.editor.insert(0, 'x');
    await settle(writer!);
    held.reject(new Error('disk full'));
    await settle(writer!);
    house.log.gate = async () => undefined;
    const again = new Link(writer!.person, writer!.editor).enter(await house.room());
    await settle(again);
    expect(house.logged()).toBe('x');
    expect(again.editor.saved).toBe(1);
  });

  test('[RT9] what another process has written is taken in and told, and then ours is written', async () => {
    const [here, there] = [await house.room(), await house.room()];
    const [[ada], [ben]] = [await inside(here, 1), await inside(there, 1)];
    ada!.editor.insert(0, 'a');
    await settle(ada!, ben!);
    ben!.editor.insert(0, 'b');
    await settle(ada!, ben!);
    expect(['ab', 'ba']).toContain(ben!.editor.text);
    expect(house.logged()).toBe(ben!.editor.text);
    expect(house.records().map(({ seq }) => seq)).toEqual([1, 2]);
  });
});

describe('leaving memory', () => {
  test('[RT24] a room is idle when the last peer left and everything is durable', async () => {
    const room = await house.room();
    const [writer] = await inside(room, 1);
    const held = house.hold();
    writer!.editor.insert(0, 'x');
    writer!.up();
    writer!.leave();
    expect(house.idle).not.toHaveBeenCalled();
    held.resolve();
    await settle();
    expect(house.idle).toHaveBeenCalledOnce();
    expect(house.logged()).toBe('x');
  });
});
