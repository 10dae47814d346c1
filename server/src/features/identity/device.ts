import { parse } from 'bowser';

/** More than any browser says of itself. */
const maxLength = 512;

/** Browser and system for people to recognise, e.g. "Firefox on Linux"; empty where a client says neither. */
export function deviceOf(userAgent: string | undefined): string {
  if (!userAgent) return '';
  const { browser, os } = parse(userAgent.slice(0, maxLength));
  return [browser.name, os.name].filter(Boolean).join(' on ');
}
