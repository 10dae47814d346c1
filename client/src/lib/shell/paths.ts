import { signInPaths } from '@cobench/shared/identity/sign-in';

/** Where each page lives. */
export const paths = {
  home: '/',
  notebook: '/notebook',
  /** The notebook of one project, whatever the current one is. */
  notebookOf: (projectId: string) => `/notebook?project=${projectId}`,
  /** Entries of all projects with a tag. */
  tagged: (tag: string) => `/notebook?${new URLSearchParams({ project: 'all', tags: tag }).toString()}`,
  /** Entries of all projects with a value in a field. */
  withField: (field: string, is: string) =>
    `/notebook?${new URLSearchParams({ project: 'all', field, is }).toString()}`,
  entry: (id: string) => `/notebook/${id}`,
  entryHistory: (id: string) => `/notebook/${id}/history`,
  runs: '/runs',
  run: (id: string) => `/runs/${id}`,
  runHistory: (id: string) => `/runs/${id}/history`,
  spc: '/spc',
  series: (id: string) => `/spc/${id}`,
  instruments: '/instruments',
  projects: '/projects',
  people: '/people',
  /** Where people are signed in; one of them where one is named. */
  sessions: (person?: string) => (person === undefined ? '/people/sessions' : `/people/sessions?person=${person}`),
  apiKeys: '/admin/api-keys',
  audit: '/admin/audit',
  organisation: '/admin/organisation',
  settings: '/settings',
  apiReference: '/docs/api',
  signIn: '/sign-in',
  forgotPassword: '/sign-in/forgot',
  secondFactor: (returnTo: string) => `${signInPaths.secondFactor}?${new URLSearchParams({ returnTo }).toString()}`,
} as const;
