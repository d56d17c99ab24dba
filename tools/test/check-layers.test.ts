import { describe, expect, it } from 'vitest'
import { checkLayers } from '../check-layers.mjs'
import * as house from '../layers.mjs'
import { mendManifests } from '../lib/mend-manifests.mjs'
import { fixture } from './fixture.js'

interface Package {
  /** Dependencies by name; those of the scope also become tsconfig references unless `references` says otherwise. */
  dependencies?: string[]
  devDependencies?: string[]
  references?: string[]
  exports?: string[]
  /** `src/index.ts`, or files by path below the package. */
  source?: string | Record<string, string>
}

const folderOf = (short: string): string => (short === 'protocols' ? short : short === 'cli' ? 'apps/cli' : `packages/${short}`)

function build(packages: Record<string, Package>): string {
  const files: Record<string, unknown> = {
    'package.json': { workspaces: ['protocols', 'packages/*', 'apps/*'] },
    'tsconfig.json': { references: Object.keys(packages).map((short) => ({ path: folderOf(short) })) }
  }
  for (const [short, { dependencies = [], devDependencies = [], references, exports = ['.'], source = '' }] of Object.entries(
    packages
  )) {
    const folder = folderOf(short)
    const up = folder.includes('/') ? '../..' : '..'
    const own = references ?? dependencies.filter((name) => name.startsWith('@cortensor/')).map((name) => name.slice(11))
    files[`${folder}/package.json`] = {
      name: `@cortensor/${short}`,
      exports: Object.fromEntries(exports.map((entry) => [entry, {}])),
      dependencies: Object.fromEntries(dependencies.map((name) => [name, '1'])),
      devDependencies: Object.fromEntries(devDependencies.map((name) => [name, '1']))
    }
    files[`${folder}/tsconfig.json`] = { references: own.map((other) => ({ path: `${up}/${folderOf(other)}` })) }
    for (const [path, text] of Object.entries(typeof source === 'string' ? { 'src/index.ts': source } : source)) {
      files[`${folder}/${path}`] = text
    }
  }
  return fixture(files)
}

const check = (packages: Record<string, Package>): string[] =>
  checkLayers(build(packages)).map(({ rule, path, line, about }) => `${rule} ${path}${line == null ? '' : `:${line}`} ${about}`)

const none: Package = {}

describe('what runs anywhere', () => {
  it('uses nothing of Node.js', () => {
    const source = `import { hash } from 'node:crypto'\nBuffer.from(process.argv[0] ?? '')\nconst a = { Buffer: 'process', x: b.process }`
    expect(check({ interface: none, proofs: { source } })).toEqual([
      'anywhere packages/proofs/src/index.ts:1 node:crypto',
      'anywhere packages/proofs/src/index.ts:2 Buffer',
      'anywhere packages/proofs/src/index.ts:2 process'
    ])
    expect(check({ interface: none, engine: { source } })).toEqual([])
  })

  it('names parts that are not the same everywhere in its manifest', () => {
    expect(check({ interface: none, crypto: { source: "export * from '#native'" } })).toEqual([
      'entry packages/crypto/src/index.ts:1 #native'
    ])
  })
})

describe('floors', () => {
  it.each([
    ['utils', 'interface'],
    ['scoring', 'proofs'],
    ['network', 'protocols'],
    ['miner', 'scheduler'],
    ['node', 'engine'],
    ['node', 'oracle'],
    ['simulator', 'memory'],
    ['cli', 'simulator']
  ])('%s may import %s', (from, to) => {
    const name = `@cortensor/${to}`
    expect(check({ [to]: none, [from]: { dependencies: [name], source: `import { a } from '${name}'\na()` } })).toEqual([])
  })

  it.each([
    ['interface', 'utils'],
    ['utils', 'protocols'],
    ['protocols', 'contracts'],
    ['proofs', 'scoring'],
    ['scoring', 'scheduler'],
    ['scheduler', 'network'],
    ['store', 'network'],
    ['network', 'scheduler'],
    ['miner', 'memory'],
    ['miner', 'router'],
    ['simulator', 'network'],
    ['simulator', 'node'],
    ['cli', 'engine'],
    ['cli', 'api']
  ])('%s must not import %s', (from, to) => {
    const name = `@cortensor/${to}`
    const found = check({ [to]: none, [from]: { dependencies: [name], source: `import { a } from '${name}'\na()` } })
    expect(found).toContain(`floor ${folderOf(from)}/src/index.ts:1 ${name}`)
  })

  it('sees every form of import', () => {
    const source = [
      "import type { A } from '@cortensor/node'",
      "import '@cortensor/node'",
      "export * from '@cortensor/node'",
      'export {',
      '  b',
      "} from '@cortensor/node'",
      "export const c = () => import('@cortensor/node')",
      "export type D = import('@cortensor/node').D"
    ].join('\n')
    const found = check({ node: none, utils: { source } }).filter((line) => line.startsWith('floor '))
    expect(found.map((line) => Number(/:(\d+) /.exec(line)?.[1]))).toEqual([1, 2, 3, 4, 7, 8])
  })

  it('is not misled by comments, strings, templates and regular expressions', () => {
    const source = [
      "// import { a } from '@cortensor/node'",
      "/* export * from '@cortensor/node' */",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
      "export const text = `import x from ${`${'}'}`} '@cortensor/node' throw new Error(`",
      "export const pattern = /import '@cortensor[/]node'/",
      'export const half = (text.length / 2) / 1',
      "export const quoted = 'throw new Error(Date.now())'"
    ].join('\n')
    expect(check({ node: none, utils: { source } })).toEqual([])
  })

  it('refuses a dependency that breaks the floors, and a workspace without a floor', () => {
    expect(check({ network: none, miner: { dependencies: ['@cortensor/network'] }, attic: none })).toEqual(
      expect.arrayContaining([
        'floor packages/miner/package.json @cortensor/network',
        'floor packages/attic/package.json @cortensor/attic'
      ])
    )
  })

  it('lets the cli use the client entry of api and no other', () => {
    const api = { exports: ['.', './client'] }
    const dependencies = ['@cortensor/api']
    expect(check({ api, cli: { dependencies, source: "import { a } from '@cortensor/api/client'\na()" } })).toEqual([])
    expect(check({ api, cli: { dependencies, source: "import { a } from '@cortensor/api/server'\na()" } })).toEqual([
      'floor apps/cli/src/index.ts:1 @cortensor/api'
    ])
  })

  it('refuses entries that a workspace does not export, and imports of oneself by name', () => {
    const source = "import '@cortensor/interface/secret'\nimport '@cortensor/utils'"
    expect(check({ interface: none, utils: { dependencies: ['@cortensor/interface'], source } })).toEqual([
      'entry packages/utils/src/index.ts:1 @cortensor/interface/secret',
      'self packages/utils/src/index.ts:2 @cortensor/utils'
    ])
  })

  it('refuses relative imports that leave the package', () => {
    expect(check({ utils: { source: { 'src/a/b.ts': "import '../c.js'\nimport '../../../crypto/src/d.js'" } } })).toEqual([
      'relative packages/utils/src/a/b.ts:2 ../../../crypto/src/d.js'
    ])
  })

  it('refuses dynamic imports that nobody can check', () => {
    expect(check({ utils: { source: 'export const load = (name: string) => import(name)' } })).toEqual([
      'computed packages/utils/src/index.ts:1 import()'
    ])
  })
})

describe('homes of heavy libraries', () => {
  const at = (short: string, library: string, statement: string): string[] =>
    check({ [short]: { dependencies: [library], source: statement } })

  it.each([
    ['network', 'libp2p', "import 'libp2p'"],
    ['network', '@chainsafe/libp2p-gossipsub', "import '@chainsafe/libp2p-gossipsub'"],
    ['store', '@libp2p/interface', "import type { A } from '@libp2p/interface'"],
    ['store', '@libp2p/peer-id', "import { a } from '@libp2p/peer-id'"],
    ['store', '@helia/bitswap', "import '@helia/bitswap'"],
    ['chain', 'ethers', "import 'ethers'"],
    ['engine', 'node-llama-cpp', "import 'node-llama-cpp'"],
    ['api', '@hono/node-server', "import '@hono/node-server/serve'"],
    ['telemetry', 'pino', "import 'pino'"],
    ['cli', 'commander', "import 'commander'"]
  ])('%s may use %s', (short, library, statement) => {
    expect(at(short, library, statement)).toEqual([])
  })

  it.each([
    ['node', 'libp2p', "import 'libp2p'"],
    ['store', '@libp2p/interface', "import { a } from '@libp2p/interface'"],
    ['store', '@libp2p/interface', "import { type A } from '@libp2p/interface'"],
    ['node', 'helia', "import type { A } from 'helia'"],
    ['contracts', 'ethers', "import 'ethers'"],
    ['node', 'node-llama-cpp', "import 'node-llama-cpp'"],
    ['cli', 'hono', "import 'hono'"],
    ['node', 'prom-client', "import 'prom-client'"],
    ['node', 'commander', "import 'commander'"],
    ['contracts', 'solc', "import 'solc'"],
    ['contracts', '@openzeppelin/contracts', "import '@openzeppelin/contracts'"]
  ])('%s must not use %s', (short, library, statement) => {
    expect(at(short, library, statement)).toEqual([`home ${folderOf(short)}/src/index.ts:1 ${library}`])
  })
})

describe('manifests', () => {
  it('wants every import declared, also when it is only a development dependency', () => {
    expect(check({ engine: { devDependencies: ['b'], source: "import 'a/entry'\nimport 'b'\nimport 'node:fs'" } })).toEqual([
      'undeclared packages/engine/src/index.ts:1 a',
      'undeclared packages/engine/src/index.ts:2 b'
    ])
  })

  it('wants every dependency used', () => {
    const source = {
      'src/index.ts': "export const path = require.resolve('b/package.json')",
      'test/index.test.ts': "import 'c'\nimport 'd'",
      'contracts/Token.sol': 'import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";'
    }
    const engine = { dependencies: ['a', 'b', 'c'], devDependencies: ['d', 'e', '@openzeppelin/contracts'], source }
    expect(check({ engine })).toEqual([
      'unused packages/engine/package.json a',
      'unused packages/engine/package.json c',
      'unused packages/engine/package.json e'
    ])
  })

  it('wants tsconfig references equal to the dependencies', () => {
    const source = "import '@cortensor/interface'"
    const found = check({
      interface: none,
      config: none,
      utils: { dependencies: ['@cortensor/interface'], references: ['config'], source }
    })
    expect(found).toEqual([
      'references packages/utils/tsconfig.json packages/interface',
      'references packages/utils/tsconfig.json packages/config'
    ])
  })
})

describe('sources', () => {
  it.each([
    'export const a = Date.now()',
    'export const a = new Date()',
    'export const a = new Date',
    'export const a = Math.random()',
    'export const a = performance.now()',
    'setTimeout(() => {}, 1)',
    'globalThis.setInterval(() => {}, 1)',
    'setImmediate(() => {})',
    'export const a = AbortSignal.timeout(5)',
    "import { setTimeout as sleep } from 'node:timers/promises'\nsleep(1)"
  ])('a role must not use the real clock or chance: %s', (source) => {
    const found = check({ miner: { source } })
    expect(found[0]).toMatch(/^time packages\/miner\/src\/index.ts:1 /)
    expect(check({ network: { source } })).toEqual([])
  })

  it.each(['export const a = new Date(0)', 'clock.setTimeout(1)', 'export const a = { setTimeout: 1 }', 'clock.now()'])(
    'a role may: %s',
    (source) => {
      expect(check({ miner: { source } })).toEqual([])
    }
  )

  it('refuses a bare Error', () => {
    expect(check({ node: { source: "throw new Error('x')\nthrow new CortensorError('x')" } })).toEqual([
      'error packages/node/src/index.ts:1 Error'
    ])
  })

  it('allows a named exception and nothing beside it', () => {
    const root = build({ miner: { source: { 'src/a.ts': 'Date.now()', 'src/b.ts': 'Date.now()' } } })
    const EXCEPTIONS = [{ rule: 'time', path: 'packages/miner/src/a.ts', about: 'Date.now', why: 'test' }]
    expect(checkLayers(root, { ...house, EXCEPTIONS }).map(({ path }) => path)).toEqual(['packages/miner/src/b.ts'])
  })
})

it('mends unused dependencies and references', () => {
  const source = "import '@cortensor/interface'"
  const root = build({
    interface: none,
    config: none,
    network: { dependencies: ['@cortensor/interface', '@cortensor/config', 'a'], devDependencies: ['b'], references: [], source }
  })
  expect(new Set(checkLayers(root).map(({ rule }) => rule))).toEqual(new Set(['unused', 'references']))
  mendManifests(root, checkLayers(root))
  expect(checkLayers(root)).toEqual([])
})
