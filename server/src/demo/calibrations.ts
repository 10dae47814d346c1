import { NewCalibration } from '@cobench/shared/calibrations/calibration';
import type { BudgetRow } from '@cobench/shared/calibrations/uncertainty';
import { dayOf } from '@cobench/shared/calibrations/words';
import type { Actor } from '../platform/access.ts';
import type { Services } from '../services.ts';
import { certificatePdf } from './certificate-pdf.ts';

type DemoCalibration = {
  instrument: string;
  number: string;
  issuer: string;
  performedDaysAgo: number;
  validForDays: number;
  result?: 'pass' | 'adjusted';
  measurand: string;
  unit: string;
  budget: readonly BudgetRow[];
};

const typeB = { type: 'B', divisor: 1, sensitivity: 1, degreesOfFreedom: null } as const;
const repeated = (source: string, value: number, observations: number): BudgetRow => {
  const degreesOfFreedom = observations - 1;
  return { source, type: 'A', distribution: 'normal', value, divisor: 1, sensitivity: 1, degreesOfFreedom };
};

/** One that ends soon, one that ended a few days ago, and four that hold. */
const demoCalibrations: readonly DemoCalibration[] = [
  {
    instrument: 'RIE-1',
    number: 'C-2026-114',
    issuer: 'Nordkal AB',
    performedDaysAgo: 160,
    validForDays: 182,
    measurand: 'Chamber pressure at 30 mTorr',
    unit: 'mTorr',
    budget: [
      { ...typeB, source: 'Reference gauge, certificate', distribution: 'normal', value: 0.09, divisor: 2 },
      { ...typeB, source: 'Drift of the reference', distribution: 'rectangular', value: 0.05 },
      { ...typeB, source: 'Resolution', distribution: 'rectangular', value: 0.05 },
      repeated('Ten readings', 0.031, 10),
    ],
  },
  {
    instrument: 'ALD-2',
    number: 'C-2025-131',
    issuer: 'Nordkal AB',
    performedDaysAgo: 369,
    validForDays: 365,
    result: 'adjusted',
    measurand: 'Stage temperature at 200 °C',
    unit: '°C',
    budget: [
      { ...typeB, source: 'Thermocouple, certificate', distribution: 'normal', value: 0.5, divisor: 2 },
      { ...typeB, source: 'Uniformity of the stage', distribution: 'u-shaped', value: 0.35 },
      repeated('Six readings', 0.12, 6),
    ],
  },
  {
    instrument: 'SMU-1',
    number: 'TM-88213',
    issuer: 'Tarn Metrology',
    performedDaysAgo: 40,
    validForDays: 365,
    measurand: 'Direct voltage at 1 V',
    unit: 'µV',
    budget: [
      { ...typeB, source: 'Calibrator', distribution: 'normal', value: 9, divisor: 2 },
      { ...typeB, source: 'Temperature of the room', distribution: 'triangular', value: 2, sensitivity: 1.4 },
    ],
  },
  {
    instrument: 'ELL-1',
    number: 'C-2026-208',
    issuer: 'Nordkal AB',
    performedDaysAgo: 95,
    validForDays: 365,
    measurand: 'Oxide thickness at 100 nm',
    unit: 'nm',
    budget: [{ ...typeB, source: 'Reference wafer', distribution: 'normal', value: 0.4, divisor: 2 }],
  },
  {
    instrument: 'BIO-A',
    number: 'FJ-0071-26',
    issuer: 'Fjord Service',
    performedDaysAgo: 60,
    validForDays: 180,
    measurand: 'Dissolved oxygen at 40 %',
    unit: '%',
    budget: [repeated('Five readings in air', 0.4, 5)],
  },
  {
    instrument: 'BIO-B',
    number: 'FJ-0072-26',
    issuer: 'Fjord Service',
    performedDaysAgo: 60,
    validForDays: 180,
    measurand: 'Dissolved oxygen at 40 %',
    unit: '%',
    budget: [repeated('Five readings in air', 0.5, 5)],
  },
];

const day = 86_400_000;

/** Records the certificates of the instruments that are given by name, each with a scan of the paper. */
export async function fillCalibrations(
  { calibrations }: Pick<Services, 'calibrations'>,
  { actor, now, instrumentIds }: { actor: Actor; now: Date; instrumentIds: ReadonlyMap<string, string> },
): Promise<void> {
  for (const { instrument, performedDaysAgo, validForDays, ...paper } of demoCalibrations) {
    const instrumentId = instrumentIds.get(instrument);
    if (instrumentId === undefined) continue;
    const performed = new Date(now.getTime() - performedDaysAgo * day);
    const expires = new Date(performed.getTime() + validForDays * day);
    const [performedAt, expiresAt] = [performed.toISOString(), expires.toISOString()];
    const times = { performedAt, validFrom: performedAt, expiresAt };
    const given = NewCalibration.parse({ result: 'pass', ...paper, ...times });
    const { id } = await calibrations.create(actor, { ...given, id: instrumentId });
    const lines = [
      `Certificate ${paper.number}`,
      `Instrument: ${instrument}`,
      `Performed on ${dayOf(performedAt)} by ${paper.issuer}`,
      `Valid until ${dayOf(expiresAt)}`,
    ];
    await calibrations.attach(actor, { id, name: `${paper.number}.pdf` }, async () => certificatePdf(lines));
  }
}
