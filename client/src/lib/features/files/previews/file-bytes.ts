import { fileEndpoints } from '@cobench/shared/files/endpoints';
import { fileAddress } from '#lib/api/call.ts';
import { ApiError, problemIn, unreachable } from '#lib/api/problem.ts';

/** A version of a file, whose bytes stand at an address. */
export type Source = { id: string; version: number; size: number };

/** Where its bytes are, to be read by a program of this page: the answer runs nowhere. */
export const bytesAddress = ({ id, version }: Source): string => fileAddress(fileEndpoints.content, { id, version });

/** A part of a file: bytes from `from` up to, and without, `to`. */
export type Part = { from: number; to: number };

/** Asks for a part. Rejects with `ApiError` where it is refused, and with an `AbortError` when `signal` fires. */
export async function fetchPart(
  address: string,
  { from, to }: Part,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Uint8Array> {
  // There is no empty range.
  if (to <= from) return new Uint8Array();
  const headers = { range: `bytes=${from}-${to - 1}` };
  const answer = await fetch(address, { headers, ...(signal && { signal }) }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiError(unreachable, { cause });
  });
  if (!answer.ok) throw new ApiError(problemIn(await answer.text(), answer.status));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  // A proxy may not know of ranges: then all of it came.
  return answer.status === 206 ? bytes : bytes.subarray(from, to);
}
