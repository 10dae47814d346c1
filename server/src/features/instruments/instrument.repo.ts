import type { Instrument } from '@cobench/shared/instruments/instrument';
import type { Page } from '@cobench/shared/page';

export type InstrumentQuery = { q?: string | undefined; limit: number; cursor?: string | undefined };

/** What the feature needs from storage; every call stays within one organisation. */
export type InstrumentRepo = {
  list(orgId: string, query: InstrumentQuery): Promise<Page<Instrument>>;
  find(orgId: string, id: string): Promise<Instrument | null>;
  /** @throws Fault `name.taken` */
  insert(orgId: string, instrument: Instrument): Promise<Instrument>;
};
