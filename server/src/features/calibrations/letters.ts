import type { Mail } from '../../platform/mail.ts';

export const dueMail = ({ to, words, link }: { to: string; words: string; link: string }): Mail => ({
  to,
  subject: words.replace(/\s+/g, ' '),
  text: `${words}

Its certificates, and where to add the next one:
${link}

You get this because you look after the instrument, recorded the certificate, or administrate the organisation.
`,
});
