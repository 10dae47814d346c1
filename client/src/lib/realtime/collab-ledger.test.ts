import { expect, test } from 'vitest';
import { CollabLedger } from './collab-ledger.ts';

/** A ledger on a connection that has carried everything so far. */
function connected({ changes = 0 } = {}): CollabLedger {
  const ledger = new CollabLedger();
  for (let i = 0; i < changes; i++) ledger.changed();
  ledger.connected();
  return ledger;
}

const type = (ledger: CollabLedger, times = 1) => {
  for (let i = 0; i < times; i++) {
    ledger.changed();
    ledger.sent();
  }
};

test('a change is saved when its message is acknowledged, not when it is sent', () => {
  const ledger = connected();
  type(ledger, 3);
  expect(ledger.unsaved).toBe(3);
  ledger.acknowledged(2);
  expect(ledger.unsaved).toBe(1);
  ledger.acknowledged(3);
  expect(ledger.unsaved).toBe(0);
});

test('the first message of a new connection carries all that was not saved', () => {
  const ledger = connected();
  type(ledger, 5);
  ledger.acknowledged(2);
  ledger.connected();
  ledger.changed();
  ledger.sent();
  expect(ledger.unsaved).toBe(4);
  ledger.acknowledged(1);
  expect(ledger.unsaved).toBe(0);
});

test('an acknowledgement counts the messages of its own connection', () => {
  const ledger = connected({ changes: 2 });
  ledger.sent();
  type(ledger, 4);
  ledger.acknowledged(1);
  expect(ledger.unsaved).toBe(4);
});

test('an acknowledgement that comes twice, or late, takes nothing back', () => {
  const ledger = connected();
  type(ledger, 3);
  ledger.acknowledged(3);
  ledger.acknowledged(1);
  expect(ledger.unsaved).toBe(0);
  type(ledger);
  expect(ledger.unsaved).toBe(1);
});

test('a count beyond what was sent saves no more than was sent', () => {
  const ledger = connected();
  type(ledger, 2);
  ledger.changed();
  ledger.acknowledged(9);
  expect(ledger.unsaved).toBe(1);
});

test('nothing to add means that the server had it all', () => {
  const ledger = connected({ changes: 3 });
  ledger.settled();
  expect(ledger.unsaved).toBe(0);
});
