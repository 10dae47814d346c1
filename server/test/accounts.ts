import { accountEndpoints } from '@cobench/shared/identity/accounts';
import type { Role } from '@cobench/shared/access/roles';
import { expect } from 'vitest';
import { Agent } from './agent.ts';
import { call } from './call.ts';
import type { TestApp } from './harness.ts';

export const password = 'seven wet wafers';

type Kind = 'invitation' | 'reset';
let serial = 0;

/** People with accounts of the installation, who come in by invitation as people do. */
export function accounts(app: TestApp) {
  /** The token of the newest link that was mailed to somebody. */
  async function mailedTo(email: string, kind: Kind = 'invitation'): Promise<string | undefined> {
    const page = await (await fetch(new URL('/dev/mail', app.origin))).text();
    const mail = page.split('<article>').find((text) => text.includes(`To ${email},`));
    return new RegExp(`/sign-in/${kind}#([\\w-]{43})"`).exec(mail ?? '')?.[1];
  }

  async function tokenFor(email: string, kind: Kind = 'invitation'): Promise<string> {
    await expect.poll(() => mailedTo(email, kind)).toBeDefined();
    return String(await mailedTo(email, kind));
  }

  const anAddress = () => `person${++serial}@lab.test`;

  /** By the administrator of Acme Labs, unless another one is named. */
  const invited = async (role: Role = 'technician', by?: Agent) =>
    invitedAs(anAddress(), by ?? (await app.signIn('admin@acme.test')), role);

  /** The same for an address that may be known already. */
  async function invitedAs(email: string, admin: Agent, role: Role = 'technician') {
    const before = await mailedTo(email);
    const invitation = await call(admin, accountEndpoints.invite, { email, role });
    await expect.poll(() => mailedTo(email)).not.toBe(before);
    return { email, invitation, token: await tokenFor(email) };
  }

  /** Somebody with an account, signed in. */
  async function anAccount(role: Role = 'technician') {
    const { email, token } = await invited(role);
    const agent = new Agent(app.origin);
    await call(agent, accountEndpoints.register, { token, name: 'Noor Haddad', password });
    return { email, agent };
  }

  return { anAddress, mailedTo, tokenFor, invited, invitedAs, anAccount };
}
