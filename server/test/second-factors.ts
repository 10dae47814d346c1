import { accountEndpoints } from '@cobench/shared/identity/accounts';
import { identityEndpoints, type Policies } from '@cobench/shared/identity/identity';
import { secondFactorEndpoints } from '@cobench/shared/identity/second-factor';
import { Secret, TOTP } from 'otpauth';
import { onTestFinished } from 'vitest';
import { password } from './accounts.ts';
import { Agent } from './agent.ts';
import { Authenticator } from './authenticator.ts';
import { call } from './call.ts';
import { startTestApp } from './harness.ts';

const { sessions, organisation, editOrganisation } = identityEndpoints;
const { newAuthenticator, addAuthenticator, newPasskey, addPasskey } = secondFactorEndpoints;

export const minute = 60_000;

/** The product, with a clock to set and people who sign in with second factors. */
export async function startWithFactors() {
  let now = new Date();
  const app = await startTestApp({ clock: () => now, guessLimits: { perAddress: 1000, perAccount: 10 } });
  const later = (ms: number) => (now = new Date(now.getTime() + ms));
  const browser = () => new Agent(app.origin);

  /** What an authenticator app shows now, or some time from now. */
  const codeOf = (secret: string, from = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now.getTime() + from });

  const statusOf = async (agent: Agent) => (await agent.get('/api/v1/me')).status;

  /** Whoever is signed in sets an authenticator app up; the next code is of another time step. */
  async function withApp(agent: Agent) {
    const { secret } = await call(agent, newAuthenticator, {});
    const { recoveryCodes } = await call(agent, addAuthenticator, { secret, code: codeOf(secret) });
    later(minute);
    return { secret, recoveryCodes };
  }

  async function withPasskey(agent: Agent, name = 'Laptop') {
    const key = new Authenticator(app.origin);
    const passkey = key.make(await call(agent, newPasskey, {}));
    const { recoveryCodes } = await call(agent, addPasskey, { name, passkey });
    return { key, recoveryCodes };
  }

  async function entered(email: string, agent = browser()) {
    const { step } = await call(agent, accountEndpoints.signIn, { email, password });
    return { agent, step };
  }

  /** As if they had just shown their provider who they are. */
  async function justSignedIn(agent: Agent): Promise<Agent> {
    const { items } = await call(agent, sessions, {});
    const id = items.find(({ isThis }) => isThis)?.id;
    const confirmed = { $set: { 'session.signedIn.confirmedAt': now } };
    await app.connection.collection<{ _id: string }>('sessions').updateOne({ _id: String(id) }, confirmed);
    return agent;
  }

  async function setPolicies(admin: Agent, change: Partial<Policies>) {
    await justSignedIn(admin);
    const { version, policies } = await call(admin, organisation, {});
    return call(admin, editOrganisation, { version, policies: { ...policies, ...change } });
  }

  /** Borealis asks for a second factor until the test is over; answers its administrator, who has one. */
  async function asks(): Promise<Agent> {
    const admin = await justSignedIn(await app.signIn('admin@borealis.test'));
    const { key } = await withPasskey(admin);
    await setPolicies(admin, { secondFactor: true });
    onTestFinished(async () => {
      await setPolicies(admin, { secondFactor: false });
      await app.connection.collection<{ _id: string }>('passkeys').deleteOne({ _id: key.id });
    });
    return admin;
  }

  return { app, later, browser, codeOf, statusOf, withApp, withPasskey, entered, justSignedIn, setPolicies, asks };
}
export type WithFactors = Awaited<ReturnType<typeof startWithFactors>>;
