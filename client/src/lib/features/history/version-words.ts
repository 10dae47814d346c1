import type { DocumentVersion } from '@cobench/shared/history/history';
import { exactTime } from '#lib/ui/format.ts';

/** What a version is called: its name, or why it was kept. `others` know the names of those that were brought back. */
export function versionTitle({ name, restored }: Pick<DocumentVersion, 'name' | 'restored'>, others: Names): string {
  if (name) return name.text;
  if (restored === null) return 'Kept automatically';
  const which = others.find(({ seq }) => seq === restored)?.name;
  return which ? `“${which.text}” brought back` : 'An earlier version brought back';
}
type Names = readonly Pick<DocumentVersion, 'seq' | 'name'>[];

/** The same where one is chosen among many. */
export const versionChoice = (version: DocumentVersion, others: Names): string =>
  `${versionTitle(version, others)} · ${exactTime(version.at)}`;

/** “+120 −30”. */
export function amount({ added, removed }: { added: number; removed: number }): string {
  const parts = [added > 0 && `+${added.toLocaleString('en')}`, removed > 0 && `−${removed.toLocaleString('en')}`];
  return parts.filter((part) => part !== false).join(' ') || 'no text';
}

/** “+120 −30 characters”. */
export function amountWords(changed: { added: number; removed: number }): string {
  const all = changed.added + changed.removed;
  return all === 0 ? amount(changed) : `${amount(changed)} ${all === 1 ? 'character' : 'characters'}`;
}

/** “Ada, Max and 2 others”. */
export function peopleWords(people: readonly { name: string }[]): string {
  const names = people.slice(0, people.length > 3 ? 2 : 3).map(({ name }) => name);
  const others = people.length - names.length;
  if (others > 0) return `${names.join(', ')} and ${others} others`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
