import type { RuleSetName } from '@cobench/shared/spc/rule-sets';
import type { Rule, RulePattern } from '@cobench/shared/spc/rules';

const numbers =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );

const spelled = (count: number): string => numbers[count] ?? String(count);

/** What a rule looks for, in words that follow from its data: “Two of three points in a row beyond 2 sigma on one side”. */
export function wordsOf({ window, count, zone, pattern = 'beyond' }: Omit<Rule, 'id' | 'title'>): string {
  switch (pattern) {
    case 'beyond':
      return sentence(`${points({ count, window })} ${zone === 0 ? sideOfCentre(window) : beyond(zone, window)}`);
    case 'outside':
      return sentence(`${points({ count, window })} beyond ${zone} sigma on either side`);
    case 'within':
      return sentence(`${points({ count, window })} within ${zone} sigma of the centre line`);
    case 'trend':
      return sentence(`${points({ count: window, window })} rising or falling`);
    case 'alternating':
      return sentence(`${points({ count: window, window })} going up and down in turn`);
    case 'range':
      return `Two controls of one run more than ${2 * zone} sigma apart`;
    default:
      return pattern satisfies never;
  }
}

/** The presets as people know them. */
export const ruleSetTitles: Record<RuleSetName, string> = {
  'western-electric': 'Western Electric',
  nelson: 'Nelson',
  aiag: 'AIAG',
  montgomery: 'Montgomery',
  juran: 'Juran',
  westgard: 'Westgard (controls)',
};

/** The patterns as people choose among them. */
export const patternWords: Record<RulePattern, string> = {
  beyond: 'Beyond a line, on one side',
  outside: 'Beyond a line, on either side',
  within: 'Close to the centre line',
  trend: 'Rising or falling',
  alternating: 'Up and down in turn',
  range: 'Far apart within one run',
};

/** Whether each part of a rule has a meaning to its pattern. */
export const partsOf = (pattern: RulePattern = 'beyond') => ({
  count: pattern === 'beyond' || pattern === 'outside' || pattern === 'within',
  window: pattern !== 'range',
  zone: pattern !== 'trend' && pattern !== 'alternating',
});

function points({ count, window }: { count: number; window: number }): string {
  if (window === 1) return 'one point';
  return count === window
    ? `${spelled(window)} points in a row`
    : `${spelled(count)} of ${spelled(window)} points in a row`;
}

const sideOfCentre = (window: number): string =>
  window === 1 ? 'off the centre line' : 'on one side of the centre line';

const beyond = (zone: number, window: number): string => `beyond ${zone} sigma${window === 1 ? '' : ' on one side'}`;

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
