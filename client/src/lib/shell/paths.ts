/** Where each page lives. */
export const paths = {
  home: '/',
  notebook: '/notebook',
  /** The notebook of one project, whatever the current one is. */
  notebookOf: (projectId: string) => `/notebook?project=${projectId}`,
  entry: (id: string) => `/notebook/${id}`,
  runs: '/runs',
  run: (id: string) => `/runs/${id}`,
  spc: '/spc',
  series: (id: string) => `/spc/${id}`,
  instruments: '/instruments',
  projects: '/projects',
  apiKeys: '/admin/api-keys',
  settings: '/settings',
  apiReference: '/docs/api',
  signIn: '/sign-in',
} as const;
