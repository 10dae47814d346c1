/** What should open is not what was sealed: changed, cut, moved, of another file, or under another key. No byte of it may leave. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}
