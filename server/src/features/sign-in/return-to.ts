/**
 * The path to come back to after signing in: one of this site's own, or the start page. `//host`, `/\host` and control
 * characters, which browsers drop before they look, would lead elsewhere.
 */
export function ownPath(wanted: unknown): string {
  const own = typeof wanted === 'string' && wanted.length <= 2000 && /^\/(?![/\\])[^\p{Cc}]*$/u.test(wanted);
  const loops = own && /^\/(sign-in|auth|idp)([/?#]|$)/.test(wanted);
  return own && !loops ? wanted : '/';
}
