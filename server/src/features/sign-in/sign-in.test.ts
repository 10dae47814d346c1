import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoPeople } from '../../demo/people.ts';
import { Agent } from '../../../test/agent.ts';
import { startIdentityApp, type IdentityApp } from '../../../test/identity-app.ts';

let app: IdentityApp;
beforeAll(async () => {
  app = await startIdentityApp();
});
afterAll(() => app.close());

const agent = () => new Agent(app.origin);

test.each(demoPeople)(
  '$email signs in and has their organisation and role',
  async ({ email, name, organisation, role }) => {
    const me = await (await (await agent().signIn(email)).get('/api/v1/me')).json();
    expect(me).toMatchObject({ email, name, organisation, role });
    expect(me.memberships).toHaveLength(1);
  },
);
