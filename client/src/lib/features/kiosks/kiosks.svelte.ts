import { kioskEndpoints, type Kiosk, type KnownKiosk } from '@cobench/shared/kiosks/kiosk';
import { call } from '#lib/api/call.ts';
import { PagedList } from '#lib/api/paged-list.svelte.ts';

/** The kiosk links of the organisation. */
export class Kiosks {
  readonly list = new PagedList<KnownKiosk>((cursor) => call(kioskEndpoints.list, { cursor }));

  /** Rejects with `ApiError`. */
  async revoke(kiosk: KnownKiosk): Promise<void> {
    this.list.put({ ...kiosk, ...(await call(kioskEndpoints.revoke, { id: kiosk.id })), screens: 0 });
  }
}

/** Whether a link shows anything now. `now` in milliseconds since 1970. */
export function kioskState(
  { revokedAt, expiresAt }: Pick<Kiosk, 'revokedAt' | 'expiresAt'>,
  now: number,
): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'expired' : 'active';
}
