import { roleTitle, type Role } from '@cobench/shared/access/roles';
import type { Mail } from '../../platform/mail.ts';

type Invited = { to: string; by: string; organisation: string; role: Role; link: string };

export const invitationMail = ({ to, by, organisation, role, link }: Invited): Mail => ({
  to,
  subject: `${oneLine(by)} invites you to ${oneLine(organisation)} on Cobench`,
  text: `${by} invites you to work with ${organisation} on Cobench, as ${roleTitle[role].toLowerCase()}.

Join with this link within seven days:
${link}

It is for you alone and works once. If you do not know ${organisation}, ignore this mail.
`,
});

export const resetMail = ({ to, link }: { to: string; link: string }): Mail => ({
  to,
  subject: 'Choose another password for Cobench',
  text: `Somebody, probably you, asked to choose another password for ${to} on Cobench.

Choose it with this link within an hour:
${link}

It works once. If it was not you, ignore this mail: nothing has changed.
`,
});

export const changedMail = ({ to }: { to: string }): Mail => ({
  to,
  subject: 'Your password for Cobench was changed',
  text: `The password of ${to} on Cobench was changed, and every session that was open has ended.

If it was not you, choose another one now with “Forgot your password?” on the sign-in page, and tell your administrator.
`,
});

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
