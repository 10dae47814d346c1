import { mostRows, type TableSummary } from './table-store.ts';
import { encodingNames } from './text-encoding.ts';

const separators = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' } as const;
const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

/** What a table is, and what of it may be otherwise than it seems. */
export function tableWords(summary: TableSummary): { shape: string; doubts: string[] } {
  const { rows, columns, delimiter, decimal, encoding, remarks, crooked, unclosed, full } = summary;
  const shape = [
    counted(rows, 'row'),
    counted(columns.length, 'column'),
    `parted by ${separators[delimiter]}`,
    ...(decimal === ',' ? ['decimal commas'] : []),
    ...(encoding === 'utf-8' ? [] : [encodingNames[encoding]]),
    ...(remarks > 0 ? [`${counted(remarks, 'line')} of remarks before it`] : []),
  ].join(' · ');
  const doubts = [
    ...(full ? [`A page shows ${counted(mostRows, 'row')}; the download has all of them.`] : []),
    ...(crooked > 0
      ? [`${counted(crooked, 'row')} ${crooked === 1 ? 'has' : 'have'} another number of cells than the first.`]
      : []),
    ...(unclosed ? ['A quote is opened and never closed: one cell has everything that follows.'] : []),
  ];
  return { shape, doubts };
}
