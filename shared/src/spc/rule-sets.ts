import type { Rule } from './rules.ts';

const beyond3 = { title: 'One point beyond 3 sigma', window: 1, count: 1, zone: 3 } as const;
const beyond2 = {
  title: 'Two of three points in a row beyond 2 sigma on one side',
  window: 3,
  count: 2,
  zone: 2,
} as const;
const beyond1 = {
  title: 'Four of five points in a row beyond 1 sigma on one side',
  window: 5,
  count: 4,
  zone: 1,
} as const;
const seven = { title: 'Seven points in a row on one side of the centre line', window: 7, count: 7, zone: 0 } as const;
const eight = { title: 'Eight points in a row on one side of the centre line', window: 8, count: 8, zone: 0 } as const;
const nine = { title: 'Nine points in a row on one side of the centre line', window: 9, count: 9, zone: 0 } as const;
const trend = {
  title: 'Six points in a row rising or falling',
  window: 6,
  count: 6,
  zone: 0,
  pattern: 'trend',
} as const;
const alternating = {
  title: 'Fourteen points in a row going up and down in turn',
  window: 14,
  count: 14,
  zone: 0,
  pattern: 'alternating',
} as const;
const within1 = {
  title: 'Fifteen points in a row within 1 sigma of the centre line',
  window: 15,
  count: 15,
  zone: 1,
  pattern: 'within',
} as const;
const outside1 = {
  title: 'Eight points in a row beyond 1 sigma on either side',
  window: 8,
  count: 8,
  zone: 1,
  pattern: 'outside',
} as const;

/**
 * Rule sets by name, each in the order of its source:
 * - `western-electric`: Western Electric Company, Statistical Quality Control Handbook (1956), tests for instability;
 * - `nelson`: L. S. Nelson, The Shewhart Control Chart—Tests for Special Causes, J. Quality Technology 16 (1984) 237;
 * - `aiag`: AIAG, Statistical Process Control, 2nd edition (2005), table II.1;
 * - `montgomery`: D. C. Montgomery, Introduction to Statistical Quality Control, table of sensitizing rules, 1 to 8;
 * - `juran`: the zone tests of Juran's Quality Handbook as control chart software names them;
 * - `westgard`: J. O. Westgard et al., A multi-rule Shewhart chart for quality control, Clin. Chem. 27 (1981) 493, and
 *   the 8x and 12x that westgard.com adds to it.
 */
export const ruleSets = {
  'western-electric': [
    { id: 'WE1', ...beyond3 },
    { id: 'WE2', ...beyond2 },
    { id: 'WE3', ...beyond1 },
    { id: 'WE4', ...eight },
  ],
  nelson: [
    { id: 'N1', ...beyond3 },
    { id: 'N2', ...nine },
    { id: 'N3', ...trend },
    { id: 'N4', ...alternating },
    { id: 'N5', ...beyond2 },
    { id: 'N6', ...beyond1 },
    { id: 'N7', ...within1 },
    { id: 'N8', ...outside1 },
  ],
  aiag: [
    { id: 'AIAG1', ...beyond3 },
    { id: 'AIAG2', ...seven },
    { id: 'AIAG3', ...trend },
    { id: 'AIAG4', ...alternating },
    { id: 'AIAG5', ...beyond2 },
    { id: 'AIAG6', ...beyond1 },
    { id: 'AIAG7', ...within1 },
    { id: 'AIAG8', ...outside1 },
  ],
  montgomery: [
    { id: 'M1', ...beyond3 },
    { id: 'M2', ...beyond2 },
    { id: 'M3', ...beyond1 },
    { id: 'M4', ...eight },
    { id: 'M5', ...trend },
    { id: 'M6', ...within1 },
    { id: 'M7', ...alternating },
    { id: 'M8', ...outside1 },
  ],
  juran: [
    { id: 'J1', ...beyond3 },
    { id: 'J2', ...beyond2 },
    { id: 'J3', ...beyond1 },
    { id: 'J4', ...nine },
    { id: 'J5', ...trend },
    { id: 'J6', ...outside1 },
  ],
  westgard: [
    { id: '1-2s', title: 'One control beyond 2 sigma, a warning', window: 1, count: 1, zone: 2, warning: true },
    { id: '1-3s', title: 'One control beyond 3 sigma', window: 1, count: 1, zone: 3 },
    { id: '2-2s', title: 'Two controls in a row beyond 2 sigma on one side', window: 2, count: 2, zone: 2 },
    {
      id: 'R-4s',
      title: 'Two controls of one run more than 4 sigma apart',
      window: 2,
      count: 2,
      zone: 2,
      pattern: 'range',
    },
    { id: '4-1s', title: 'Four controls in a row beyond 1 sigma on one side', window: 4, count: 4, zone: 1 },
    { id: '8x', title: 'Eight controls in a row on one side of the mean', window: 8, count: 8, zone: 0 },
    { id: '10x', title: 'Ten controls in a row on one side of the mean', window: 10, count: 10, zone: 0 },
    { id: '12x', title: 'Twelve controls in a row on one side of the mean', window: 12, count: 12, zone: 0 },
  ],
} as const satisfies Record<string, readonly Rule[]>;
export type RuleSetName = keyof typeof ruleSets;

export const ruleSetNames = Object.keys(ruleSets) as RuleSetName[];
