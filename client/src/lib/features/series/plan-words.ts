import type { ActionPlan } from '@cobench/shared/alerts/action-plan';
import { quantity } from '#lib/ui/format.ts';

/** An action plan beside its checklist, in sentences. */
export function planInWords({ checklist, dueHours, escalateAfterMinutes, holdRules }: ActionPlan): string[] {
  const words: string[] = [];
  if (checklist.length === 0) words.push('No checklist: an alert is closed with its cause alone.');
  if (dueHours !== null) words.push(`Due ${quantity(dueHours)} h after work begins.`);
  if (escalateAfterMinutes.length > 0) {
    words.push(`Somebody is mailed after ${listed(escalateAfterMinutes.map(String))} min without an answer.`);
  }
  if (holdRules.length > 0) words.push(`An open alert of ${listed(holdRules)} holds the instrument.`);
  return words;
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
