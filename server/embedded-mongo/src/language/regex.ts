import type { BSONRegExp } from '../bson/value.ts';
import { location, notSupported } from './errors.ts';

/**
 * A JavaScript expression that finds what PCRE2, MongoDB's engine, finds. What the two dialects read differently (`.`, `$`,
 * `\s`, `\Z`, brackets that open nothing) is rewritten; what is rare and not JavaScript's is refused.
 * @throws MongoError 51091 for a broken pattern, 51108 for an unknown flag, 115 for what is not translated.
 */
export function compileRegex(pattern: string, options: string): RegExp {
  if (options.includes('x')) throw notSupported('The regular expression option x');
  if (/[^imsu]/.test(options)) throw location(51108, `invalid flag in regex options: ${options}`);
  const source = pattern.replaceAll(TOKEN, (token: string, negation?: string, members?: string, end?: string) => {
    if (members !== undefined) return characterClass(`${negation}`, members, end);
    return token.startsWith('\\') ? escaped(token, OUTSIDE) : symbol(token, options);
  });
  try {
    return new RegExp(source, options.includes('i') ? 'iu' : 'u');
  } catch (cause) {
    throw broken(`${pattern} (${String(cause)})`);
  }
}

export const compileBsonRegex = (regex: BSONRegExp): RegExp => compileRegex(regex.pattern, regex.options);

const broken = (why: string) => location(51091, `Regular expression is invalid: ${why}`);

/** Escapes, classes, quantifiers, what may open a special group, and the signs that mean something else in JavaScript. */
const TOKEN =
  /\\[^]?|\[(\^?)(\]?(?:\\[^]|[^\]\\])*)(\]?)|(?:[*+?]|\{\d+(?:,\d*)?\})\+?|\((?:\?(?:[:=!]|<[=!])?|\*)|[.^${}\]]/gu;

const START = '(?<![^])';
const END = '(?![^])';
/** PCRE's white space is ASCII's. */
const SPACE = '\\t-\\r ';

const OUTSIDE = new Map([
  ['\\A', START],
  ['\\z', END],
  ['\\Z', `(?=\\n?${END})`],
  ['\\s', `[${SPACE}]`],
  ['\\S', `[^${SPACE}]`],
  ['\\B', '\\B'],
]);
const IN_CLASS = new Map([['\\s', SPACE]]);

function symbol(token: string, options: string): string {
  const multiline = options.includes('m');
  switch (token) {
    case '.':
      return options.includes('s') ? '[^]' : '[^\\n]';
    case '^':
      return multiline ? `(?:${START}|(?<=\\n)(?=[^]))` : START;
    case '$':
      return multiline ? `(?=\\n|${END})` : `(?=\\n?${END})`;
    case '{':
    case '}':
    case ']':
      return `\\${token}`;
    case '(?':
    case '(*':
      throw notSupported(`The regular expression group ${token}`);
    default:
      if (token.length > 1 && token.endsWith('+')) throw notSupported(`The possessive quantifier ${token}`);
      return token;
  }
}

function characterClass(negation: string, members: string, end: string | undefined): string {
  if (end !== ']') throw broken('missing terminating ] for character class');
  const translated = members.replaceAll(/\\[^]|\[[:.=]?|\]/gu, (token) => {
    if (token.startsWith('\\')) return escaped(token, IN_CLASS);
    if (token.length > 1) throw notSupported('A POSIX class in a regular expression');
    return `\\${token}`;
  });
  return `[${negation}${translated}]`;
}

/** An escape: one that is rewritten, one that is the same in both dialects, or a sign that is escaped to be itself. */
function escaped(token: string, rewritten: ReadonlyMap<string, string>): string {
  const known = rewritten.get(token);
  if (known !== undefined) return known;
  if (token === '\\') throw broken('\\ at end of pattern');
  if (token === '\\-') return '\\x2d';
  if (/[dDwWbntrf1-9]$/.test(token)) return token;
  if (/[A-Za-z0]$/.test(token)) throw notSupported(`The regular expression escape ${token}`);
  return /[\^$\\.*+?()[\]{}|/]$/.test(token) ? token : token.slice(1);
}
