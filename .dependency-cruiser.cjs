const feature = '^server/src/features/([^/]+)/';

/** The fence: the import table of docs/ARCHITECTURE.md as rules. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(\\$app|\\$service-worker|vite/client)' },
    },
    {
      name: 'shared-is-a-leaf',
      severity: 'error',
      from: { path: '^shared/src' },
      to: { path: '^(server|client)/' },
    },
    {
      name: 'shared-runs-everywhere',
      severity: 'error',
      from: { path: '^shared/src', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'halves-meet-in-shared',
      severity: 'error',
      from: { path: '^(server|client)/', pathNot: '^client/(e2e|bench)' },
      to: { path: '^(server|client)/', pathNot: '^$1/' },
    },
    {
      name: 'the-database-knows-no-product',
      severity: 'error',
      from: { path: '^server/embedded-mongo' },
      to: { path: '^(shared/|server/(?!embedded-mongo)|client/)' },
    },
    {
      name: 'the-database-by-its-front-door',
      severity: 'error',
      from: { path: '^server/(src|test)' },
      to: { path: '^server/embedded-mongo/src', pathNot: 'src/index\\.ts$' },
    },
    {
      name: 'platform-knows-no-domain',
      severity: 'error',
      from: { path: '^server/src/platform' },
      to: { path: '^server/src/(features|realtime|demo|app|domain-events)' },
    },
    {
      name: 'features-by-their-front-door',
      severity: 'error',
      from: { path: '^server/src', pathNot: [feature, '\\.test\\.ts$'] },
      to: { path: feature, pathNot: 'index\\.ts$' },
    },
    {
      name: 'features-meet-at-front-doors',
      severity: 'error',
      from: { path: feature, pathNot: '\\.test\\.ts$' },
      to: { path: feature, pathNot: ['^server/src/features/$1/', 'index\\.ts$'] },
    },
    {
      name: 'features-know-no-rooms',
      severity: 'error',
      from: { path: feature, pathNot: '\\.test\\.ts$' },
      to: { path: '^server/src/(realtime|demo|app)' },
    },
    {
      name: 'mongoose-only-in-repos',
      severity: 'error',
      from: { path: '^server/src', pathNot: ['\\.(mongo|repo)\\.ts$', '^server/src/platform/mongo/', '\\.test\\.ts$'] },
      to: { path: 'node_modules/mongoose', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'routes-never-touch-repos',
      severity: 'error',
      from: { path: '\\.routes\\.ts$' },
      to: { path: '\\.(repo|mongo)\\.ts$' },
    },
    {
      name: 'client-features-are-islands',
      severity: 'error',
      from: { path: '^client/src/lib/features/([^/]+)/' },
      to: { path: '^client/src/lib/features/', pathNot: '^client/src/lib/features/$1/' },
    },
    {
      name: 'ui-knows-no-feature',
      severity: 'error',
      from: { path: '^client/src/lib/(ui|charts)' },
      to: { path: '^client/src/(lib/(features|api|realtime|shell|editor)|routes)' },
    },
    {
      name: 'tests-are-not-shipped',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|/test/|/e2e/|^(server|client)/bench/' },
      to: { path: '\\.test\\.ts$|^server/test/|^client/e2e/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(build|\\.svelte-kit)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'types', 'default'],
      extensions: ['.ts', '.js', '.svelte'],
    },
  },
};
