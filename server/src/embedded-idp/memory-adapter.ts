import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

type Held = { payload: AdapterPayload; until: number };

const most = 10_000;

/** Keeps what oidc-provider keeps, for one process and until it ends; the oldest gives way when there is too much. */
export function memoryAdapter(): AdapterFactory {
  const held = new Map<string, Held>();

  function keep(key: string, one: Held): void {
    held.delete(key);
    held.set(key, one);
    const [oldest] = held.keys();
    if (held.size > most && oldest !== undefined) held.delete(oldest);
  }

  function alive(key: string): AdapterPayload | undefined {
    const one = held.get(key);
    if (one && one.until > Date.now()) return one.payload;
    held.delete(key);
    return undefined;
  }

  function findBy(kind: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    for (const [key, { payload }] of held) if (key.startsWith(`${kind}:`) && matches(payload)) return alive(key);
    return undefined;
  }

  return (kind): Adapter => ({
    async upsert(id, payload, expiresIn) {
      keep(`${kind}:${id}`, { payload, until: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
    },
    find: async (id) => alive(`${kind}:${id}`),
    findByUid: async (uid) => findBy(kind, (payload) => payload.uid === uid),
    findByUserCode: async (userCode) => findBy(kind, (payload) => payload.userCode === userCode),
    async consume(id) {
      const payload = alive(`${kind}:${id}`);
      if (payload) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      held.delete(`${kind}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of held) if (payload.grantId === grantId) held.delete(key);
    },
  });
}
