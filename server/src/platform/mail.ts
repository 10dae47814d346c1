import { createTransport } from 'nodemailer';

export type Mail = { to: string; subject: string; text: string };

/** Sends mail. @throws where the mail server does not take it. */
export type SendMail = (mail: Mail) => Promise<void>;

/** By the mail server of the building: `smtp://` or `smtps://`, with user and password where it wants them. */
export function smtpMail({ url, from }: { url: string; from: string }): SendMail {
  const transport = createTransport(url, { from, disableFileAccess: true, disableUrlAccess: true });
  return async ({ to, subject, text }) => {
    await transport.sendMail({ to: { name: '', address: to }, subject, text });
  };
}

/** The last mails instead of sending them, newest first: for development. */
export function keptMail(most = 50): { send: SendMail; mails: (Mail & { at: Date })[] } {
  const mails: (Mail & { at: Date })[] = [];
  const send: SendMail = async (mail) => {
    mails.unshift({ ...mail, at: new Date() });
    mails.splice(most);
  };
  return { send, mails };
}
