import type { Calibration, CalibrationRecord, CertificateFile } from '@cobench/shared/calibrations/calibration';
import type { Judged } from '@cobench/shared/calibrations/standing';
import type { Page } from '@cobench/shared/page';

export type CalibrationPage = { limit: number; cursor?: string | undefined };

/** What a lock-out tells of a certificate beside what it is judged by. */
export type Certificate = Judged &
  Pick<CalibrationRecord, 'instrumentId' | 'number' | 'timeZone' | 'ended' | 'revoked' | 'createdBy'>;

/** What the feature needs from storage; every call stays within one organisation. */
export type CalibrationRepo = {
  /** The last performed first. */
  page(orgId: string, instrumentId: string, page: CalibrationPage): Promise<Page<CalibrationRecord>>;
  find(orgId: string, id: string): Promise<CalibrationRecord | null>;
  /** All certificates of an instrument, as far as they are judged. */
  certificates(orgId: string, instrumentId: string): Promise<Certificate[]>;
  /** Those of several instruments. */
  certificatesOfAll(orgId: string, instrumentIds: readonly string[]): Promise<Certificate[]>;
  /** The instruments of which a certificate failed or was revoked. */
  doubted(orgId: string): Promise<string[]>;
  insert(orgId: string, calibration: CalibrationRecord): Promise<CalibrationRecord>;
  /** Null where it has a file already. */
  attach(orgId: string, id: string, file: CertificateFile): Promise<CalibrationRecord | null>;
  /** Null where it was revoked, or ended, before. */
  end(orgId: string, id: string, act: NonNullable<Calibration['ended']>): Promise<CalibrationRecord | null>;
  /** Null where it was revoked before. */
  revoke(orgId: string, id: string, act: NonNullable<Calibration['revoked']>): Promise<CalibrationRecord | null>;
};

/** The bytes of certificates, sealed. */
export type CertificateFiles = {
  insert(orgId: string, calibrationId: string, sealed: Buffer): Promise<void>;
  find(orgId: string, calibrationId: string): Promise<Buffer | null>;
};
