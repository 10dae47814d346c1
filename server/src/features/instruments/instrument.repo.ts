import type { Instrument, InstrumentEdit, InstrumentState } from '@cobench/shared/instruments/instrument';
import type { MaintenanceRecord } from '@cobench/shared/instruments/maintenance';
import type { Page } from '@cobench/shared/page';

type PageRequest = { limit: number; cursor?: string | undefined };
export type InstrumentQuery = PageRequest & {
  q?: string | undefined;
  state?: InstrumentState | undefined;
  show: 'in-use' | 'archived';
};
export type InstrumentChange = Omit<InstrumentEdit, 'id' | 'version'> & { ownerName?: string | null };
export type NewState = { state: InstrumentState; reason: string };

/** What the feature needs from storage; every call stays within one organisation. */
export type InstrumentRepo = {
  list(orgId: string, query: InstrumentQuery): Promise<Page<Instrument>>;
  /** One that is in use. */
  find(orgId: string, id: string): Promise<Instrument | null>;
  /** Also an archived one. */
  findAny(orgId: string, id: string): Promise<Instrument | null>;
  /** Those of these that are in use. */
  among(orgId: string, ids: readonly string[]): Promise<Instrument[]>;
  /** Of all organisations, archived ones too, in the order of their ids. */
  everyOne(): AsyncIterable<{ orgId: string; instrument: Instrument }>;
  /** @throws Fault `name.taken` */
  insert(orgId: string, instrument: Instrument): Promise<Instrument>;
  /** Null where it has another version by now, or is archived. @throws Fault `name.taken` */
  edit(orgId: string, id: string, change: InstrumentChange & { version: number; at: Date }): Promise<Instrument | null>;
  /** Null where it is not in use. */
  setState(orgId: string, id: string, to: NewState & { at: Date }): Promise<Instrument | null>;
  /** Null where it is archived already. */
  archive(orgId: string, id: string, at: Date): Promise<Instrument | null>;
  /** Null where it is in use. @throws Fault `name.taken` */
  restore(orgId: string, id: string): Promise<Instrument | null>;
};

/** What was done at instruments, and the states they were in: only ever added to. */
export type MaintenanceRepo = {
  /** Newest first. */
  list(orgId: string, instrumentId: string, page: PageRequest): Promise<Page<MaintenanceRecord>>;
  add(orgId: string, record: MaintenanceRecord): Promise<MaintenanceRecord>;
};
