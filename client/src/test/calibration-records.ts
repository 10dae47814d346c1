import type { Calibration } from '@cobench/shared/calibrations/calibration';
import type { CalibrationStatus } from '@cobench/shared/calibrations/endpoints';
import { anId } from './records.ts';

const at = '2026-11-21T10:00:00.000Z';

export const aCalibration = (over: Partial<Calibration> = {}): Calibration => ({
  id: anId(1),
  instrumentId: anId(5),
  number: 'C-1',
  issuer: 'Nordkal',
  performedAt: at,
  validFrom: at,
  expiresAt: '2027-11-21T10:00:00.000Z',
  timeZone: 'UTC',
  result: 'pass',
  note: '',
  measurand: '',
  unit: '',
  budget: [],
  uncertainty: null,
  file: null,
  ended: null,
  revoked: null,
  standing: 'valid',
  version: 0,
  createdAt: at,
  createdBy: anId(9),
  createdByName: 'Ada',
  ...over,
});

export const aCalibrationStatus = (over: Partial<CalibrationStatus> = {}): CalibrationStatus => ({
  instrumentId: anId(5),
  instrumentName: 'RIE-2',
  calibrationRequired: true,
  standing: 'valid',
  lockOut: null,
  calibration: aCalibration(),
  dueAt: '2027-11-21T10:00:00.000Z',
  daysLeft: 365,
  held: null,
  ...over,
});
