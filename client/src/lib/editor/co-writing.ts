import type { Extensions } from '@tiptap/core';
import { LeastReplacement } from './least-replacement.ts';
import { LineText } from './line-text.ts';
import { UnseenLetters } from './unseen-letters.ts';

/** How the binding between an editor and its Yjs document is made fast, and safe for people in one place at once. */
export const coWriting: Extensions = [LeastReplacement, LineText, UnseenLetters];
