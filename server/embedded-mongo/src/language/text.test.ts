import { expect, test } from 'vitest';
import { parseTextSearch } from './text.ts';

const EMPTY = { terms: [], phrases: [], negatedTerms: [], negatedPhrases: [] };

test('words are taken apart, punctuation and hyphens between them mean nothing', () => {
  expect(parseTextSearch('Protein, pre-purified (2x)')).toEqual({
    ...EMPTY,
    terms: ['Protein', 'pre', 'purified', '2x'],
  });
});

test('a minus before a word negates it', () => {
  expect(parseTextSearch('protein -column -"hot plate"')).toEqual({
    ...EMPTY,
    terms: ['protein'],
    negatedTerms: ['column'],
    negatedPhrases: ['hot plate'],
  });
});

test('the words of a phrase are terms too, and a phrase may lack its end', () => {
  expect(parseTextSearch('a "b c" "d')).toEqual({ ...EMPTY, terms: ['a', 'b', 'c', 'd'], phrases: ['b c', 'd'] });
});
