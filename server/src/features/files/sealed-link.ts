import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { roleAllows } from '@cobench/shared/access/permissions';
import type { Role } from '@cobench/shared/access/roles';
import type { SealedLink } from '@cobench/shared/files/endpoints';
import { Id } from '@cobench/shared/ids';
import { z } from 'zod';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { Fault } from '../../platform/fault.ts';
import type { Content } from '../../platform/http/content.ts';
import { sealedSize } from '../../platform/sealed-files/layout.ts';
import type { ObjectStore } from '../../platform/storage/object-store.ts';
import type { Trail } from '../audit/index.ts';
import { requireOut, type FileBytes } from './file-bytes.ts';
import type { FileRepo } from './file.repo.ts';
import { toldOf } from './told.ts';

type Seat = { role: Role; hidden: ReadonlySet<string> };
type Deps = {
  repo: Pick<FileRepo, 'find' | 'version'>;
  bytes: FileBytes;
  objects: Pick<ObjectStore, 'linkTo'>;
  /** What somebody may do and see in an organisation now; null where they may not work there (any more). */
  seatOf: (orgId: string, personId: string) => Promise<Seat | null>;
  /** Signs our own links. */
  secret: string;
  publicUrl: string;
  trail: Trail;
  clock: Clock;
};
type Which = { id: string; version?: number | undefined };

/** Where a store gives no links of its own, ours begin with this. */
export const sealedPath = '/api/v1/sealed-files';
const goodForSeconds = 300;

const Pass = z.tuple([Id, Id, z.int().min(1), Id, z.int()]);

/**
 * Ways to the encrypted bytes for whoever opens them elsewhere: an address of the store, or one of ours, at which the right
 * of who asked for it is asked again. Without the key that comes along the bytes say nothing.
 */
export function sealedLinks({ repo, bytes, objects, seatOf, secret, publicUrl, trail, clock }: Deps) {
  const key = Buffer.from(hkdfSync('sha256', secret, 'cobench', 'sealed link', 32));
  const signatureOf = (payload: string): Buffer => createHmac('sha256', key).update(payload).digest();

  function passFor(pass: z.infer<typeof Pass>): string {
    const payload = Buffer.from(JSON.stringify(pass)).toString('base64url');
    return `${payload}.${signatureOf(payload).toString('base64url')}`;
  }

  /** Null where it is none of ours, or was changed. */
  function passIn(token: string): z.infer<typeof Pass> | null {
    const [payload = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = signatureOf(payload);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return Pass.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  }

  async function behind([orgId, id, version, personId]: z.infer<typeof Pass>): Promise<Content> {
    const [seat, file, kept] = await Promise.all([
      seatOf(orgId, personId),
      repo.find(orgId, id),
      repo.version(orgId, id, version),
    ]);
    if (!seat || !roleAllows(seat.role, 'file.read')) throw overLink();
    if (!file || !kept || seat.hidden.has(file.projectId)) throw overLink();
    requireOut({ file, kept });
    return {
      name: `${file.name}.enc`,
      type: 'application/octet-stream',
      disposition: 'attachment',
      size: sealedSize(kept.size),
      tag: kept.stored.id,
      read: async (range) => (await bytes.sealed(kept, range)).body,
    };
  }

  return {
    async sealedLink(actor: Actor, which: Which): Promise<SealedLink> {
      const { file, kept } = await bytes.readable(actor, which);
      const { stored, number: version, size, sha256 } = kept;
      const { orgId, personId } = actor;
      const expires = clock().getTime() + goodForSeconds * 1000;
      const fileKey = bytes.keyOf(kept).toString('base64url');
      const told = { ...toldOf(file), version, size, sha256, mediaType: kept.mediaType };
      await trail.record(actor, 'file.link', { before: told, change: async () => told });
      const ours = `${sealedPath}/${passFor([orgId, file.id, version, personId, expires])}`;
      return {
        url: (await objects.linkTo(stored.objectKey, goodForSeconds)) ?? new URL(ours, publicUrl).href,
        expiresAt: new Date(expires).toISOString(),
        key: fileKey,
        organisationId: orgId,
        fileId: file.id,
        version,
        size,
        sha256,
      };
    },

    /**
     * What is behind a link of ours. `mayGoOn`: asks for the right again; a link may end while it is read.
     * @throws Fault `resource.missing` where it is over, or the right is
     */
    async sealed(token: string): Promise<{ content: Content; mayGoOn: () => Promise<Content> }> {
      const pass = passIn(token);
      if (!pass || pass[4] < clock().getTime()) throw overLink();
      return { content: await behind(pass), mayGoOn: () => behind(pass) };
    },
  };
}

const overLink = (): Fault =>
  new Fault('resource.missing', { detail: 'This link is over, or what it led to is. Ask for a new one.' });
