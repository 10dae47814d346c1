import type { Calibration, CalibrationRecord, CertificateFile } from '@cobench/shared/calibrations/calibration';
import type { Judged } from '@cobench/shared/calibrations/standing';
import type { Page } from '@cobench/shared/page';
import type { StoredFile } from '../../platform/sealed-files/stored-file.ts';

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

/** A certificate whose bytes are an object of the store; `fileId` is the certificate. */
export type StoredCertificate = StoredFile & { sha256: string };
/** What is known of the bytes of a certificate: where they lie, or, of one that has not moved yet, they themselves. */
export type KeptCertificate = { stored: StoredCertificate } | { sealed: Buffer };

export type CertificateFiles = {
  insert(orgId: string, stored: StoredCertificate): Promise<void>;
  find(orgId: string, calibrationId: string): Promise<KeptCertificate | null>;
  /** Of any organisation, some whose bytes are in the database, behind an id and in the order of their ids. */
  unmoved(after: string, limit: number): Promise<{ orgId: string; calibrationId: string }[]>;
  /** False where it has moved already. */
  move(orgId: string, stored: StoredCertificate): Promise<boolean>;
};
