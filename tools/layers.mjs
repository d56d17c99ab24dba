// The house, as data: which workspace stands on which floor, what it may import, and where each heavy library has its home.
// `tools/check-layers.mjs` enforces it; ARCHITECTURE.md explains it.

const ground = ['interface']
const basics = ['utils', 'crypto', 'config']
const wire = ['protocols', 'contracts']
const pure = ['proofs', 'scoring', 'scheduler']
const adapters = ['network', 'engine', 'store', 'chain', 'api', 'telemetry', 'memory']
const roles = ['presence', 'miner', 'oracle', 'router']

const belowPure = [...ground, ...basics, ...wire]
const belowAdapters = [...belowPure, ...pure]
// the client entry of `api` has no server in it
const apiClient = 'api/client'

/** Workspace (its name without the scope) -> the workspaces it may import; `name/entry` allows that entry only. */
export const MAY_IMPORT = {
  interface: [],
  ...each(basics, ground),
  ...each(wire, [...ground, ...basics]),
  ...each(pure, belowPure),
  scoring: [...belowPure, 'proofs'],
  ...each(adapters, belowPure),
  ...each(roles, belowAdapters),
  node: [...belowAdapters, ...adapters, ...roles],
  simulator: [...belowAdapters, ...roles, 'memory'],
  cli: [...belowAdapters, 'node', 'simulator', apiClient],
  dashboard: [...belowAdapters, apiClient]
}

/**
 * Heavy libraries. `home` may import them freely; `types` with `import type` only; `values` lists single packages that another
 * workspace may import as values. A library with `home: undefined` belongs to scripts, never to src.
 */
export const HOMES = [
  {
    library: /^(libp2p|@libp2p\/.+|@chainsafe\/libp2p-.+)$/,
    home: 'network',
    types: ['store'],
    values: { store: ['@libp2p/peer-id'] }
  },
  { library: /^(helia|@helia\/.+)$/, home: 'store' },
  { library: /^@ipld\/car(\/.+)?$/, home: 'store' },
  { library: /^(ethers|@foundry-rs\/.+)$/, home: 'chain' },
  { library: /^(node-llama-cpp|@node-llama-cpp\/.+)$/, home: 'engine' },
  { library: /^(hono|@hono\/.+|@scalar\/.+)$/, home: 'api' },
  { library: /^(prom-client|pino)$/, home: 'telemetry' },
  { library: /^(commander|@clack\/prompts|listr2)$/, home: 'cli' },
  { library: /^(solc|@openzeppelin\/.+|protons)$/, home: undefined }
]

/** Real time and real chance are fine where the real world is handled; everything else takes the Clock and Rng ports. */
export const REAL_TIME = ['utils', 'telemetry', 'network', 'engine', 'store', 'chain', 'node', 'cli', 'dashboard']

/** What runs anywhere, a browser included: no module and no global of Node.js, but where a package has the same in JavaScript beside it. */
export const ANYWHERE = [...belowPure, ...pure]

/**
 * Single exceptions, each with its reason.
 * rule: the name a finding starts with; path: the file it is about; about: the dependency, module or global.
 * @type {{ rule: string, path: string, about: string, why: string }[]}
 */
export const EXCEPTIONS = [
  {
    rule: 'unused',
    path: 'packages/chain/package.json',
    about: '@foundry-rs/anvil',
    why: 'never imported: it brings the package that holds the binary of this platform, and that one is spawned'
  },
  {
    rule: 'unused',
    path: 'packages/api/package.json',
    about: 'zod',
    why: 'a peer of @hono/zod-openapi, which hands it on; pinned here so that the schemas and the library share one copy'
  },
  {
    rule: 'unused',
    path: 'apps/cli/package.json',
    about: 'uplot',
    why: 'never imported: its script and style sheet are put into the pages that `sim report` writes'
  },
  ...['kubernetes', 'sweep-job'].map((file) => ({
    rule: 'undeclared',
    path: `packages/node/src/containers/${file}.ts`,
    about: 'kubernetes-models',
    why: 'types only, which no build keeps: a manifest with a field that Kubernetes does not know does not compile'
  })),
  ...['node:timers', 'node:timers/promises'].map((about) => ({
    rule: 'time',
    path: 'packages/simulator/src/run/real-world.ts',
    about,
    why: 'it takes them away: whatever else uses them inside a simulation ends the run'
  })),
  ...[
    ['crypto', 'node:crypto'],
    ['crypto', 'Buffer'],
    ['utils', 'Buffer']
  ].map(([short, about]) => ({
    rule: 'anywhere',
    path: `packages/${short}/src/native/node.ts`,
    about,
    why: 'faster than the JavaScript in browser.ts beside it, which a browser gets'
  })),
  {
    rule: 'time',
    path: 'packages/memory/src/clock/virtual-clock.ts',
    about: 'setImmediate',
    why: 'no time passes in it: one turn of the event loop is how the virtual clock knows that all promise jobs have run'
  }
]

function each(names, allowed) {
  return Object.fromEntries(names.map((name) => [name, allowed]))
}
