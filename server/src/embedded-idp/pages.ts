import { roleTitle } from '@cobench/shared/access/roles';
import { demoPassword, demoPeople, type DemoPerson } from '../demo/people.ts';
import { html, Html } from '../platform/http/html.ts';

/** Where the pages' style and script are served. */
export const assetsPath = '/idp/assets';

function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Cobench</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="${assetsPath}/pages.css" />
      </head>
      <body>
        <main>
          <p class="brand"><img src="/favicon.svg" alt="" width="24" height="24" />Cobench</p>
          ${content}
        </main>
      </body>
    </html> `.text;
}

type SignIn = { action: string; email?: string; password?: string; problem?: string };

/** E-mail and password, and the people of the demo: choosing one fills the form in. */
export function signInPage({ action, email = '', password = '', problem }: SignIn): string {
  const focusOn = email === '' ? 'email' : password === '' ? 'password' : 'button';
  const focused = (control: typeof focusOn): Html => new Html(control === focusOn ? ' autofocus' : '');
  const wrong = new Html(problem === undefined ? '' : ' aria-invalid="true" aria-describedby="problem"');
  return page(
    'Sign in',
    html`<h1>Sign in</h1>
      <p class="hint">Choose one of the demo’s people below. The password of each is <code>${demoPassword}</code>.</p>
      ${problem === undefined ? '' : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
      <form method="post" action="${action}">
        <label for="email">E-mail</label>
        <input
          id="email"
          name="email"
          type="email"
          value="${email}"
          autocomplete="username"
          required${wrong}${focused('email')}
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          value="${password}"
          autocomplete="current-password"
          required${wrong}${focused('password')}
        />
        <button type="submit" ${focused('button')}>Sign in</button>
      </form>
      ${[...new Set(demoPeople.map(({ organisation }) => organisation))].map((organisation) =>
        peopleOf(organisation, action),
      )}`,
  );
}

function peopleOf(organisation: DemoPerson['organisation'], action: string): Html {
  const people = demoPeople.filter((person) => person.organisation === organisation);
  return html`<h2>${organisation.name}</h2>
    <ul>
      ${people.map(
        ({ name, email, role }) =>
          html`<li>
            <a href="${action}?as=${encodeURIComponent(email)}"
              ><span>${name}</span><span class="role">${roleTitle[role]}</span><span class="email">${email}</span></a
            >
          </li>`,
      )}
    </ul>`;
}

/** Ends the session at the provider; by itself where the request came from somebody who holds its proof. */
export function signOutPage(form: string, { confirmed }: { confirmed: boolean }): string {
  return page(
    'Sign out',
    html`<h1>Sign out</h1>
      <p class="hint">${confirmed ? 'Signing you out…' : 'Do you want to sign out of Cobench?'}</p>
      ${new Html(form)}
      <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
      ${confirmed ? html`<script src="${assetsPath}/sign-out.js" defer></script>` : ''}`,
  );
}

export function errorPage(detail: string, startAgain: string): string {
  return page(
    'Sign-in did not work',
    html`<h1>Sign-in did not work</h1>
      <p class="hint">${detail}</p>
      <a class="button" href="${startAgain}">Start again</a>`,
  );
}
