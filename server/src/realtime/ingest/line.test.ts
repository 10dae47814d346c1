import { EventEmitter } from 'node:events';
import { expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { Line } from './line.ts';

/** A socket that only notes whether it is read, and the answers that wait to be done. */
function aLine() {
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    reads: true,
    pause: () => void (socket.reads = false),
    resume: () => void (socket.reads = true),
    send: vi.fn<(answer: string) => void>(),
    close: vi.fn<(code: number, reason: string) => void>(),
  });
  const open: { message: string; done: () => void }[] = [];
  const line = new Line(
    socket as unknown as WebSocket,
    (message) =>
      new Promise(
        (resolve) => void open.push({ message: String(message), done: () => resolve(`${String(message)}!`) }),
      ),
  );
  return { socket, open, line, bring: (text: string) => socket.emit('message', Buffer.from(text)) };
}
const settle = () => new Promise((resolve) => void setImmediate(resolve));

test('[IN12] eight messages are dealt with at a time; then nothing is read until there is room', async () => {
  const { socket, open, bring } = aLine();
  for (let i = 0; i < 7; i++) bring(`m${i}`);
  expect(socket.reads).toBe(true);
  for (let i = 7; i < 12; i++) bring(`m${i}`);
  expect(socket.reads).toBe(false);
  expect(open).toHaveLength(8);
  for (let i = 0; i < 4; i++) {
    open[i]!.done();
    await settle();
  }
  expect(open.map(({ message }) => message)).toEqual(Array.from({ length: 12 }, (_, i) => `m${i}`));
  expect(socket.reads).toBe(false);
  open[4]!.done();
  await settle();
  expect(socket.reads).toBe(true);
  expect(socket.send.mock.calls).toEqual([['m0!'], ['m1!'], ['m2!'], ['m3!'], ['m4!']]);
});

test('[IN12] whoever does not read the answers is sent away', async () => {
  const { socket, open, bring } = aLine();
  bring('m');
  socket.bufferedAmount = 1_048_577;
  open[0]!.done();
  await settle();
  expect(socket.close).toHaveBeenCalledWith(4508, 'Read the answers.');
});

test('[IN13] who is sent away for a restart is answered first, and takes nothing new', async () => {
  const { socket, open, line, bring } = aLine();
  bring('m');
  const left = line.leave(1012, 'restarting');
  bring('late');
  await settle();
  expect(socket.close).not.toHaveBeenCalled();
  open[0]!.done();
  await left;
  expect(open).toHaveLength(1);
  expect(socket.send.mock.calls).toEqual([['m!']]);
  expect(socket.close).toHaveBeenCalledWith(1012, 'restarting');
});
