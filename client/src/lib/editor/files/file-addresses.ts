import type { FileAttributes, ImageAttributes } from '@cobench/shared/editor/file-attributes';
import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { fileAddress } from '#lib/api/call.ts';
import { paths } from '#lib/shell/paths.ts';

type OfVersion = Pick<FileAttributes, 'fileId' | 'version'>;

/** Where a file has its page. */
export const filePage = ({ fileId, version }: OfVersion): string => `${paths.file(fileId)}?version=${version}`;

/** Where the bytes of a version are, for a link that downloads them. */
export const downloadOf = ({ fileId, version }: OfVersion): string =>
  fileAddress(fileEndpoints.content, { id: fileId, version });

/** Where a picture of a version is, at most so many pixels wide. */
export const pictureOf = ({ fileId, version }: OfVersion, width: '320' | '1600'): string =>
  fileAddress(fileEndpoints.image, { id: fileId, version, width });

/** Where a picture is in both widths, so that a phone fetches no more than it shows. */
export const sourcesOf = (image: ImageAttributes): { src: string; srcset: string; sizes: string } => ({
  src: pictureOf(image, '1600'),
  srcset: `${pictureOf(image, '320')} 320w, ${pictureOf(image, '1600')} 1600w`,
  sizes: `min(${image.width}vw, ${Math.round((image.width / 100) * 56)}rem)`,
});
