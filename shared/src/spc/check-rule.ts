import { rulePatterns, type Rule } from './rules.ts';

/** The most points a rule may look back on: their bits fit into one whole number. */
export const longestWindow = 32;

/** What is wrong with a rule, in words to show beside it; null where it can be judged. */
export function checkRule(rule: Rule): string | null {
  if (rule.id.trim() === '') return 'Give the rule a short name.';
  if (rule.id.length > 20) return 'The short name of a rule has at most 20 characters.';
  if (rule.title.trim() === '') return 'Say in words what the rule looks for.';
  return checkPattern(rule);
}

/** What is wrong with a set of rules; null where it can be judged. */
export function checkRuleSet(rules: readonly Rule[]): string | null {
  const wrong = rules.map(checkRule).find((words) => words !== null);
  if (wrong !== undefined) return wrong;
  const twice = rules.find(({ id }, i) => rules.findIndex((rule) => rule.id === id) < i);
  return twice ? `Two rules are named ${twice.id}.` : null;
}

/** What is wrong with the pattern of a rule, whatever its name and its words are. */
export function checkPattern({ window, count, zone, pattern = 'beyond' }: Omit<Rule, 'id' | 'title'>): string | null {
  if (!rulePatterns.includes(pattern)) return 'A rule looks for one of the known patterns.';
  if (!Number.isInteger(window) || window < 1 || window > longestWindow) {
    return `A rule looks at 1 to ${longestWindow} points.`;
  }
  if (!Number.isInteger(count) || count < 1 || count > window) {
    return `A rule over ${window} ${window === 1 ? 'point' : 'points'} needs 1 to ${window} of them.`;
  }
  switch (pattern) {
    case 'trend':
      return inARow({ window, count }) ?? (window < 2 ? 'A trend has at least 2 points.' : null);
    case 'alternating':
      return inARow({ window, count }) ?? (window < 3 ? 'Up and down in turn takes at least 3 points.' : null);
    case 'range':
      return window === 2 && count === 2 ? checkZone(zone, pattern) : 'A range is between 2 of 2 controls.';
    case 'beyond':
    case 'outside':
    case 'within':
      return checkZone(zone, pattern);
    default:
      return pattern satisfies never;
  }
}

const inARow = ({ window, count }: Pick<Rule, 'window' | 'count'>): string | null =>
  count === window ? null : 'Every point of a trend or of an alternation counts.';

function checkZone(zone: number, pattern: Rule['pattern']): string | null {
  if (!Number.isFinite(zone) || zone < 0 || zone > 6) return 'A zone line is 0 to 6 sigma from the centre line.';
  return zone === 0 && pattern !== 'beyond' ? 'This pattern needs a line beside the centre line.' : null;
}
