import type { Role } from '@cobench/shared/access/roles';
import type { ApiKey, Me } from '@cobench/shared/identity/identity';
import type { Entry } from '@cobench/shared/notebook/entry';
import type { Project } from '@cobench/shared/projects/project';

/** A UUIDv7 that ends in a number. */
export const anId = (number = 1): string => `01990000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const at = '2026-11-21T10:00:00.000Z';

export const aProject = (over: Partial<Project> = {}): Project => ({
  id: anId(1),
  name: 'Gate oxide',
  description: '',
  restricted: false,
  version: 1,
  createdAt: at,
  updatedAt: at,
  createdBy: anId(9),
  ...over,
});

export const anEntry = (over: Partial<Entry> = {}): Entry => ({
  id: anId(1),
  projectId: anId(100),
  title: 'Etch rate of SiO₂',
  tags: [],
  fields: [],
  problems: [],
  excerpt: '',
  version: 1,
  createdAt: at,
  updatedAt: at,
  createdBy: anId(9),
  editedBy: 'Ada',
  ...over,
});

export const anApiKey = (over: Partial<ApiKey> = {}): ApiKey => ({
  id: anId(1),
  name: 'RIE-2 controller',
  owner: 'organisation',
  prefix: 'cbk_abc',
  scopes: ['runs:ingest'],
  createdAt: at,
  expiresAt: '2027-02-19T10:00:00.000Z',
  lastUsedAt: null,
  revokedAt: null,
  ...over,
});

export const aPerson = (role: Role): Me => {
  const organisation = { id: anId(50), name: 'Acme Labs', slug: 'acme' };
  return {
    id: anId(9),
    name: 'Ada Byron',
    email: 'ada@acme.test',
    organisation,
    role,
    memberships: [{ organisation, role }],
  };
};
