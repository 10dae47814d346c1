import { expect, test } from 'vitest';
import { eventBus } from './event-bus.ts';

type Happening = { type: 'happened' };

test('who hears of it afterwards hears when what had to be done is done, also where it failed', async () => {
  const bus = eventBus<Happening>();
  const log: string[] = [];
  bus.after('happened', () => void log.push('told'));
  bus.on('happened', async () => {
    await Promise.resolve();
    log.push('stored');
  });
  bus.on('happened', () => {
    log.push('failed');
    throw new Error('no room');
  });
  await expect(bus.publish({ type: 'happened' })).rejects.toThrow('no room');
  expect(log).toEqual(['failed', 'stored', 'told']);
});
