import type { BSONRegExp } from '../bson/value.ts';
import { location, MongoError, notSupported } from './errors.ts';

/**
 * A JavaScript expression that finds what PCRE2, MongoDB's engine, finds. Where the two dialects differ (`.`, `$`,
 * `\s`, `\Z`, literal brackets) the pattern is rewritten; what JavaScript has no word for is refused.
 * @throws MongoError 51091 for a broken pattern, 51108 for an unknown flag, 115 for what cannot be translated.
 */
export function compileRegex(pattern: string, options: string): RegExp {
  for (const flag of options) {
    if (flag === 'x') throw notSupported('The regular expression option x');
    if (!'imsu'.includes(flag)) throw location(51108, `invalid flag in regex options: ${options}`);
  }
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  const flags = options + (inline?.[1] ?? '');
  const source = new Translation(pattern.slice(inline?.[0].length ?? 0), flags).source();
  try {
    return new RegExp(source, flags.includes('i') ? 'iu' : 'u');
  } catch (cause) {
    throw new MongoError(51091, 'Location51091', `Regular expression is invalid: ${pattern} (${String(cause)})`);
  }
}

export const compileBsonRegex = (regex: BSONRegExp): RegExp => compileRegex(regex.pattern, regex.options);

const END = '(?![^])';
/** PCRE's white space is ASCII's. */
const SPACE = '\\t-\\r ';

class Translation {
  private at = 0;
  private readonly pattern: string;
  private readonly multiline: boolean;
  private readonly dotAll: boolean;

  constructor(pattern: string, flags: string) {
    this.pattern = pattern;
    this.multiline = flags.includes('m');
    this.dotAll = flags.includes('s');
  }

  source(): string {
    let out = '';
    while (this.at < this.pattern.length) out += this.atom();
    return out;
  }

  private next(): string {
    const char = String.fromCodePoint(this.pattern.codePointAt(this.at) ?? 0);
    this.at += char.length;
    return char;
  }

  private atom(): string {
    const char = this.next();
    switch (char) {
      case '\\':
        return this.escape();
      case '[':
        return this.characterClass();
      case '(':
        return this.group();
      case '.':
        return this.dotAll ? '[^]' : '[^\\n]';
      case '^':
        return this.multiline ? `(?:(?<![^])|(?<=\\n)(?=[^]))` : '(?<![^])';
      case '$':
        return this.multiline ? `(?=\\n|${END})` : `(?=\\n?${END})`;
      case ']':
      case '}':
        return `\\${char}`;
      case '{':
        return this.brace();
      default:
        return char;
    }
  }

  /** A brace that does not begin a quantifier is itself. */
  private brace(): string {
    const quantifier = /^\d+(?:,\d*)?\}/.exec(this.pattern.slice(this.at))?.[0];
    if (!quantifier) return '\\{';
    this.at += quantifier.length;
    return `{${quantifier}`;
  }

  private group(): string {
    const rest = this.pattern.slice(this.at);
    const named = /^\?P?<([A-Za-z_]\w*)>/.exec(rest);
    if (named) {
      this.at += named[0].length;
      return `(?<${named[1]}>`;
    }
    if (rest.startsWith('*') || (rest.startsWith('?') && !/^\?(?:[:=!]|<[=!])/.test(rest)))
      throw notSupported(`The regular expression group (${rest.slice(0, 3)}`);
    const opened = /^\?(?:[:=!]|<[=!])/.exec(rest)?.[0] ?? '';
    this.at += opened.length;
    return `(${opened}`;
  }

  private escape(): string {
    if (this.at === this.pattern.length) throw location(51091, 'Regular expression is invalid: \\ at end of pattern');
    const char = this.next();
    switch (char) {
      case 'A':
        return '(?<![^])';
      case 'z':
        return END;
      case 'Z':
        return `(?=\\n?${END})`;
      case 's':
        return `[${SPACE}]`;
      case 'S':
        return `[^${SPACE}]`;
      default:
        return this.common(char);
    }
  }

  /** The escapes that mean the same inside and outside of a class. */
  private common(char: string): string {
    if (/[dDwWbBntrf1-9]/.test(char)) return `\\${char}`;
    if (char === 'x') return this.hexadecimal();
    if (/[A-Za-z0]/.test(char)) throw notSupported(`The regular expression escape \\${char}`);
    return /[\^$\\.*+?()[\]{}|/-]/.test(char) ? literal(char) : char;
  }

  private hexadecimal(): string {
    const digits = /^(?:\{[0-9a-f]+\}|[0-9a-f]{0,2})/i.exec(this.pattern.slice(this.at))?.[0] ?? '';
    this.at += digits.length;
    return `\\u{${digits.replaceAll(/[{}]/g, '') || '0'}}`;
  }

  private characterClass(): string {
    const negated = this.pattern[this.at] === '^';
    if (negated) this.at++;
    let out = '';
    for (let first = true; ; first = false) {
      if (this.at >= this.pattern.length)
        throw location(51091, 'Regular expression is invalid: missing terminating ] for character class');
      const char = this.next();
      if (char === ']' && !first) break;
      out += this.classMember(char);
    }
    return `[${negated ? '^' : ''}${out}]`;
  }

  private classMember(char: string): string {
    if (char === '[') {
      if (/^[:.=]/.test(this.pattern.slice(this.at))) throw notSupported('A POSIX class in a regular expression');
      return '\\[';
    }
    if (char === ']') return '\\]';
    if (char !== '\\') return char;
    const escaped = this.next();
    if (escaped === 's') return SPACE;
    if (/[SBAzZ]/.test(escaped)) throw notSupported(`The regular expression escape \\${escaped} in a class`);
    return this.common(escaped);
  }
}

const literal = (char: string): string => (char === '-' ? '\\x2d' : `\\${char}`);
