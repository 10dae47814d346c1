import type { Content } from '../../platform/http/content.ts';
import type { Actor } from '../../platform/access.ts';
import type { Clock } from '../../platform/clock.ts';
import { invalidField } from '../../platform/fault.ts';
import { release } from '../../platform/release.ts';
import { Id } from '@cobench/shared/ids';
import { zipped } from './archive.ts';
import type { FileBytes } from './file-bytes.ts';
import { safeType } from './safe-type.ts';

type Deps = { bytes: FileBytes; clock: Clock };
type Which = { id: string; version?: number | undefined };

const mostInArchive = 100;

/** Files as they go out: one as it is, or several as an archive. */
export function fileContent({ bytes, clock }: Deps) {
  return {
    async content(actor: Actor, { as, ...which }: Which & { as: 'attachment' | 'inline' }): Promise<Content> {
      const { file, kept } = await bytes.readable(actor, which);
      const { type, mayBeShown } = safeType(kept.mediaType);
      return {
        name: file.name,
        type,
        disposition: mayBeShown ? as : 'attachment',
        size: kept.size,
        tag: kept.sha256,
        read: (range) => bytes.read(kept, range),
        sent: release,
      };
    },

    /** @throws Fault `input.invalid`; whatever one of the files refuses: all of them, or nothing */
    async archive(actor: Actor, { ids }: { ids: string }): Promise<Content> {
      const wanted = [...new Set(ids.split(','))];
      if (wanted.length > mostInArchive) throw invalidField('ids', `At most ${mostInArchive} files at once.`);
      if (wanted.some((id) => !Id.safeParse(id).success)) throw invalidField('ids', 'These are not ids with commas.');
      const files = await Promise.all(wanted.map((id) => bytes.readable(actor, { id })));
      const archive = zipped(
        files.map(({ file: { folder, name }, kept }) => ({
          folder,
          name,
          size: kept.size,
          at: new Date(kept.uploadedAt),
          read: () => bytes.read(kept),
        })),
      );
      return {
        name: `cobench-${clock().toISOString().slice(0, 10)}.zip`,
        type: 'application/zip',
        disposition: 'attachment',
        size: archive.size,
        tag: null,
        read: archive.read,
      };
    },
  };
}
