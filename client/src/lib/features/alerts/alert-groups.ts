import type { Alert } from '@cobench/shared/alerts/alert';
import type { Grouping } from './alert-filter.ts';

export type AlertGroup = { title: string; alerts: Alert[] };

const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const levels = ['Not escalated', 'Escalated once', 'Escalated twice', 'Escalated three times'];

/**
 * Alerts under headings: by the day they opened, by how often they were escalated (most first) or by series. Within each,
 * and the headings by what they hold first, as they came. `now` in milliseconds.
 */
export function groupsOf(alerts: readonly Alert[], { by, now }: { by: Grouping; now: number }): AlertGroup[] {
  const ordered = by === 'escalation' ? alerts.toSorted((a, b) => b.escalation - a.escalation) : alerts;
  const groups = new Map<string, Alert[]>();
  for (const alert of ordered) {
    const title = titleOf(alert, by, now);
    groups.set(title, [...(groups.get(title) ?? []), alert]);
  }
  return [...groups].map(([title, members]) => ({ title, alerts: members }));
}

function titleOf(alert: Alert, by: Grouping, now: number): string {
  switch (by) {
    case 'age':
      return dayInWords(Date.parse(alert.openedAt), now);
    case 'escalation':
      return levels[alert.escalation] ?? 'Escalated';
    case 'series':
      return alert.seriesName;
    default:
      return by satisfies never;
  }
}

function dayInWords(at: number, now: number): string {
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  const opened = day.format(at);
  if (opened === day.format(now)) return 'Today';
  return opened === day.format(yesterday) ? 'Yesterday' : opened;
}
