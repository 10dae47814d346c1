import type { Alert } from '@cobench/shared/alerts/alert';
import type { Mail } from '../../platform/mail.ts';

/** Names the series and the rule, and nothing that was measured. */
export const escalationMail = (
  { seriesName, rule, ruleTitle }: Pick<Alert, 'seriesName' | 'rule' | 'ruleTitle'>,
  { to, link, level }: { to: string; link: string; level: number },
): Mail => ({
  to,
  subject: `Nobody has acknowledged an alert of ${seriesName}`.replace(/\s+/g, ' '),
  text: `${seriesName} is out of control by rule ${rule} (${ruleTitle}), and nobody has acknowledged that yet.

The alert, and what is to be done about it:
${link}

You get this because ${level === 1 ? 'you look after the alerts of this control chart' : 'you lead this laboratory'}, or because nobody else could be told.
`,
});
