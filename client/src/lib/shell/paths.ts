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
  seriesReport: (id: string) => `/spc/${id}/report`,
  /** A chart at one of its points, counted from 0; the address counts as charts do, from 1. */
  seriesPoint: (id: string, index: number) => `/spc/${id}?point=${index + 1}`,
  alerts: '/alerts',
  alert: (id: string) => `/alerts/${id}`,
  instruments: '/instruments',
  instrument: (id: string) => `/instruments/${id}`,
  calibrations: '/calibrations',
  data: '/data',
  trash: '/data?trash=1',
  file: (id: string) => `/data/${id}`,
  projects: '/projects',
  people: '/people',
  /** Where people are signed in; one of them where one is named. */
  sessions: (person?: string) => (person === undefined ? '/people/sessions' : `/people/sessions?person=${person}`),
  apiKeys: '/admin/api-keys',
  kiosks: '/admin/kiosks',
  /** What a screen on a wall shows; its link has a secret behind a #. */
  kiosk: '/kiosk',
  audit: '/admin/audit',
  organisation: '/admin/organisation',
  settings: '/settings',
  apiReference: '/docs/api',
  signIn: '/sign-in',
  forgotPassword: '/sign-in/forgot',
  secondFactor: (returnTo: string) => `${signInPaths.secondFactor}?${new URLSearchParams({ returnTo }).toString()}`,
} as const;
