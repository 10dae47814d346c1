/** Why a sign-in did not succeed, in words that say what to do. The codes come from the server's redirect. */
const words = {
  'provider-unreachable': 'Your organisation’s sign-in service does not answer. Try again in a moment.',
  refused: 'Your organisation refused the sign-in. Try again, or ask your administrator.',
  'no-membership': 'You are not a member of any organisation here. Ask your administrator for access.',
  expired: 'The sign-in took too long or was already used. Start again.',
  'rate-limited': 'Too many attempts from here. Wait a minute and try again.',
  failed: 'The sign-in failed. The fault was logged; try again.',
} as const;

/** Null when there was no problem; an unknown code reads like a plain failure. */
export function signInProblem(code: string | null): string | null {
  if (code === null) return null;
  return Object.hasOwn(words, code) ? words[code as keyof typeof words] : words.failed;
}
