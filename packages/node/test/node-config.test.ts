import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { type NodeConfig, parseNodeConfig, readNodeConfig } from '../src/index.js'

const REGISTRY = `0x${'Ab'.repeat(20)}`
const minimal = {
  role: 'miner',
  dataDir: 'data',
  chain: { rpcUrls: ['http://127.0.0.1:8545'], registry: REGISTRY },
  miner: { models: ['builtin:tiny-math-q8_0', 'mine.gguf'] }
}

function read(text: string, role?: NodeConfig['role']): { folder: string; config: () => NodeConfig } {
  const folder = mkdtempSync(join(tmpdir(), 'cortensor-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'node.yaml')
  writeFileSync(file, text)
  return { folder, config: () => readNodeConfig(file, role) }
}

it('fills in what is left out, and takes paths as relative to the file', () => {
  const { config, folder } = read(JSON.stringify(minimal))
  expect(config()).toMatchObject({
    role: 'miner',
    dataDir: join(folder, 'data'),
    chain: { registry: REGISTRY.toLowerCase(), faucet: false },
    network: { listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: [], local: false },
    miner: { models: ['builtin:tiny-math-q8_0', join(folder, 'mine.gguf')], gpu: false },
    router: { host: '127.0.0.1', apiKeys: [] },
    params: { deadlines: { presenceIntervalMs: 15_000 } }
  })
})

it('reads YAML, and lets the command line choose the role', () => {
  const { config } = read(
    `dataDir: /data\nchain:\n  rpcUrls: [http://127.0.0.1:1]\n  registry: "0x${'11'.repeat(20)}"\n`,
    'oracle'
  )
  expect(config()).toMatchObject({ role: 'oracle', dataDir: '/data' })
})

it('takes one RPC URL without a list, and several', () => {
  const urlsOf = (rpcUrls: unknown) => parseNodeConfig({ ...minimal, chain: { ...minimal.chain, rpcUrls } }).chain.rpcUrls
  expect(urlsOf('https://a.example')).toEqual(['https://a.example'])
  expect(urlsOf(['https://a.example', 'http://b.example'])).toEqual(['https://a.example', 'http://b.example'])
})

it("replaces the preset's values one by one", () => {
  const { params } = parseNodeConfig({ ...minimal, preset: 'swarm', params: { epoch: { epochMs: 4_000 } } })
  expect(params.epoch).toMatchObject({ epochMs: 4_000, viewMs: 2_000 })
})

it.each<[string, unknown, RegExp]>([
  ['text instead of a table', 'hello', /top level/],
  ['an unknown key', { ...minimal, rolle: 'miner' }, /rolle/],
  ['no role', { ...minimal, role: undefined }, /--role/],
  ['an unknown role', { ...minimal, role: 'king' }, /role/],
  [
    'a registry that is no address',
    { ...minimal, chain: { ...minimal.chain, registry: '0x12' } },
    /chain\.registry.*40 hex digits/
  ],
  ['an RPC that is no URL', { ...minimal, chain: { ...minimal.chain, rpcUrls: ['here'] } }, /chain\.rpcUrls\.0/],
  ['an RPC of another kind', { ...minimal, chain: { ...minimal.chain, rpcUrls: 'ws://a.example' } }, /chain\.rpcUrls\.0/],
  ['no RPC', { ...minimal, chain: { ...minimal.chain, rpcUrls: [] } }, /chain\.rpcUrls/],
  ['a miner without models', { ...minimal, miner: { models: [] } }, /miner\.models.*GGUF/],
  [
    'an API key instead of its hash',
    { ...minimal, router: { apiKeys: [{ hash: 'ck-x', scopes: ['admin'] }] } },
    /apiKeys\.0\.hash/
  ]
])('refuses %s, in one line that names the place', (_what, input, place) => {
  const attempt = (): unknown => parseNodeConfig(input)
  expect(attempt).toThrow(expect.objectContaining({ code: 'NODE_CONFIG_INVALID', message: expect.stringMatching(place) }))
  expect(attempt).toThrow(/^[^\n]+$/)
})

it('names the file that is not YAML, in one line', () => {
  const { config, folder } = read('a: [')
  expect(config).toThrow(
    expect.objectContaining({ code: 'NODE_CONFIG_INVALID', message: expect.stringContaining(join(folder, 'node.yaml')) })
  )
  expect(config).toThrow(/^[^\n]+$/)
})

it('names the file that is missing', () => {
  expect(() => readNodeConfig('/nowhere/node.yaml')).toThrow(
    expect.objectContaining({ code: 'NODE_CONFIG_MISSING', message: expect.stringContaining('/nowhere/node.yaml') })
  )
})
