import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anAlert } from '../../../test/lab-records.ts';
import { AlertNotifications } from './notifications.svelte.ts';

/** What a browser has for notifications, driven by hand. */
class FakeNotification extends EventTarget {
  static permission: NotificationPermission = 'default';
  static answer: NotificationPermission = 'granted';
  static shown: FakeNotification[] = [];
  static requestPermission = async () => (FakeNotification.permission = FakeNotification.answer);
  closed = false;
  readonly title: string;
  readonly options: NotificationOptions;

  constructor(title: string, options: NotificationOptions) {
    super();
    this.title = title;
    this.options = options;
    FakeNotification.shown.push(this);
  }
  close() {
    this.closed = true;
  }
}

let hidden = true;
beforeEach(() => {
  localStorage.clear();
  hidden = true;
  Object.assign(FakeNotification, { permission: 'default', answer: 'granted', shown: [] });
  vi.stubGlobal('Notification', FakeNotification);
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  vi.spyOn(globalThis, 'focus').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('nothing is shown and nothing is asked until somebody switches them on', () => {
  const asked = vi.spyOn(FakeNotification, 'requestPermission');
  const notifications = new AlertNotifications(() => {});
  notifications.tell(anAlert());
  expect([notifications.state, FakeNotification.shown, asked.mock.calls]).toEqual(['off', [], []]);
});

test('an alert is shown while the page is hidden, and a click on it opens it', async () => {
  const opened: string[] = [];
  const notifications = new AlertNotifications(({ id }) => opened.push(id));
  await notifications.switchOn();
  expect(notifications.state).toBe('on');
  hidden = false;
  notifications.tell(anAlert());
  expect(FakeNotification.shown).toEqual([]);
  hidden = true;
  notifications.tell(anAlert());
  const [shown] = FakeNotification.shown;
  expect([shown?.title, shown?.options.body, shown?.options.tag]).toEqual([
    'Etch pressure is out of control',
    'One point beyond 3 sigma, above: 13.4 mTorr',
    anAlert().id,
  ]);
  shown?.dispatchEvent(new Event('click'));
  expect([opened, shown?.closed]).toEqual([[anAlert().id], true]);
});

test('what somebody chose stays in this browser, and other tabs follow', async () => {
  await new AlertNotifications(() => {}).switchOn();
  const later = new AlertNotifications(() => {});
  expect(later.state).toBe('on');
  later.adopt({ key: 'cobench.alert-notifications', newValue: null });
  expect(later.state).toBe('off');
  later.switchOff();
  expect(new AlertNotifications(() => {}).state).toBe('off');
});

test('what the browser refuses, or takes back later, is told', async () => {
  FakeNotification.answer = 'denied';
  const notifications = new AlertNotifications(() => {});
  await notifications.switchOn();
  expect(notifications.state).toBe('refused');
  FakeNotification.permission = 'granted';
  notifications.look();
  expect(notifications.state).toBe('off');
});

test('a browser without notifications says so', () => {
  vi.unstubAllGlobals();
  expect(new AlertNotifications(() => {}).state).toBe('unsupported');
});
