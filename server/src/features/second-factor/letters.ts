import type { Mail } from '../../platform/mail.ts';

/** About somebody's way to sign in. `what` is a half sentence, "… was added". */
export const factorMail = ({ to, what }: { to: string; what: string }): Mail => ({
  to,
  subject: 'About your way to sign in to Cobench',
  text: `For the account of ${to} on Cobench, ${what.replace(/\s+/g, ' ')}.

If it was not you, sign out everywhere in your settings, choose another password, and tell your administrator now.
`,
});
