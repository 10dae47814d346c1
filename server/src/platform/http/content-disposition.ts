/**
 * The `Content-Disposition` of a file (RFC 6266): its name in ASCII for old programs, and whole by RFC 8187 where that says
 * less. Nothing in a name gets out of its quotes, or out of the header.
 */
export function contentDisposition(type: 'attachment' | 'inline', given: string): string {
  const name = given.toWellFormed().replaceAll(/\p{Cc}/gu, '');
  // Programs differ in how they read a percent sign or a backslash within quotes, so none is there.
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  if (ascii === name) return `${type}; filename="${name}"`;
  const whole = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${type}; filename="${ascii}"; filename*=UTF-8''${whole}`;
}
