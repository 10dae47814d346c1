/** What a `$text` search asks for, in the words as written: case, stems and diacritics are the index's business. */
export type TextSearch = {
  /** Any one of these is enough, unless there are phrases. */
  terms: readonly string[];
  /** All of these must occur. */
  phrases: readonly string[];
  negatedTerms: readonly string[];
  negatedPhrases: readonly string[];
};
