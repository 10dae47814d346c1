import { Router } from 'express';
import type { Mail } from '../mail.ts';
import { html } from './html.ts';

/** The mails that would have been sent, for development: GET /dev/mail. */
export function mailPage(mails: readonly (Mail & { at: Date })[]): Router {
  const router = Router();
  router.get('/dev/mail', (_req, res) => {
    const items = mails.map(
      ({ to, subject, text, at }) =>
        html`<article>
          <h2>${subject}</h2>
          <p>To ${to}, ${at.toISOString()}</p>
          <pre>${linked(text)}</pre>
        </article>`,
    );
    const none = html`<p>No mail yet. Invite somebody, or forget a password.</p>`;
    const page = html`<!doctype html>
      <html lang="en">
        <meta charset="utf-8" /><meta name="viewport" content="width=device-width" /><title>Mails · Cobench</title>
        <style>
          :root {
            color-scheme: light dark;
          }
          body {
            font: 15px system-ui;
            max-width: 46rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          article {
            border-top: 1px solid;
            padding: 0.5rem 0;
          }
          h2 {
            font-size: 1rem;
            margin: 0.5rem 0 0;
          }
          p {
            margin: 0;
            opacity: 0.7;
          }
          pre {
            white-space: pre-wrap;
            overflow-wrap: anywhere;
            font: inherit;
          }
        </style>
        <h1>Mails of this development server</h1>
        <p>Nothing is sent: SMTP_URL is not set.</p>
        ${items.length > 0 ? items : none}
      </html>`;
    res.type('html').send(page.text);
  });
  return router;
}

/** The text with what looks like an address to click on. */
const linked = (text: string) =>
  text.split(/(https?:\/\/\S+)/).map((part, i) => (i % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
