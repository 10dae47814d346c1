/** What a `$text` search asks for, in the words as written: case, stems and diacritics are the index's business. */
export type TextSearch = {
  /** One of these must occur; the words of the phrases are among them. */
  terms: readonly string[];
  /** All of these must occur. */
  phrases: readonly string[];
  /** None of these may occur. */
  negatedTerms: readonly string[];
  negatedPhrases: readonly string[];
};

/** `"…"` is a phrase, possibly without its closing quote; a minus after a space or at the start negates word or phrase. */
const TOKEN = /(?<minus>(?<=^|\s)-)?(?:"(?<phrase>[^"]*)(?:"|$)|(?<word>[\p{L}\p{M}\p{N}_]+))/gu;
const WORD = /[\p{L}\p{M}\p{N}_]+/gu;

export function parseTextSearch(search: string): TextSearch {
  const out: Record<keyof TextSearch, string[]> = { terms: [], phrases: [], negatedTerms: [], negatedPhrases: [] };
  for (const { groups } of search.matchAll(TOKEN)) {
    const negated = groups?.['minus'] !== undefined;
    const word = groups?.['word'];
    const phrase = groups?.['phrase'];
    if (word !== undefined) (negated ? out.negatedTerms : out.terms).push(word);
    else if (phrase?.trim()) {
      (negated ? out.negatedPhrases : out.phrases).push(phrase);
      if (!negated) out.terms.push(...(phrase.match(WORD) ?? []));
    }
  }
  return out;
}
