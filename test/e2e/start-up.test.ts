import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { createDevChain, type DevChain } from '@cortensor/chain/dev'
import { createSigner, generateEd25519Seed, generateSecp256k1Key } from '@cortensor/crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startJsonProcess } from '../../tools/lib/json-process.mjs'
import { CLI, cortensor, type Outcome, ROOT } from './support/cortensor.js'
import { eventually } from './support/eventually.js'
import { processInfo } from './support/processes.js'
import { tempDir } from './support/swarm.js'

/** A few commands of the command line, each with its own import of everything. */
const TEST_MS = 120_000

const MODELS = join(ROOT, 'packages', 'engine', 'models')

/** One line on stderr that says what is wrong, nothing on stdout, exit code 1, nothing left running. */
function expectOneLine({ code, left, stderr, stdout }: Outcome, about: RegExp): void {
  expect(stderr).toMatch(/^cortensor: [^\n]+\n$/)
  expect(stderr).toMatch(about)
  expect({ code, left, stdout: stdout.toString() }).toEqual({ code: 1, left: [], stdout: '' })
}

/** The same without the lines that show a swarm's progress. */
function withoutProgress(outcome: Outcome): Outcome {
  return { ...outcome, stderr: outcome.stderr.replace(/^ +\d+\.\d s {2}.*\n/gm, '') }
}

let folder: string

beforeEach(() => {
  const dir = tempDir('start-up')
  folder = dir.path
  onTestFinished(dir.remove)
})

describe('what is said on the command line', () => {
  it.each<[string[], RegExp]>([
    [['swarm', '--miners', '0'], /--miners.*from 1 to 64/],
    [['swarm', '--oracles', '2'], /--oracles.*from 3 to 31/],
    [['--epoch-seconds', '1'], /--epoch-seconds.*from 2 to 3600/],
    [['--api-port', '65536'], /--api-port.*65535/],
    [['--log-level', 'loud'], /--log-level.*debug/],
    [['--bogus'], /unknown option '--bogus'.*--help/],
    [['frobnicate'], /no command frobnicate; there are swarm, start/],
    [['start'], /--config/],
    [['start', '--role', 'king', '--config', 'x'], /miner, oracle, router/],
    [['verify', 'epoch', '0'], /whole number from 1/],
    [['verify', 'epoch', '1', '--rpc', 'http://127.0.0.1:9', '--registry', '0x12'], /--registry.*40 hex digits/],
    [['verify', 'epoch', '1', '--rpc', 'http://127.0.0.1:9'], /--registry ADDRESS/],
    [['fetch', 'nonsense'], /nonsense is not a CID/],
    [['status', '--data-dir', '/nowhere'], /No swarm runs in \/nowhere.*npm start/],
    [['claim', '--data-dir', '/nowhere'], /No swarm runs in \/nowhere/]
  ])(
    'cortensor %j: one line',
    async (args, about) => {
      expectOneLine(await cortensor(args), about)
    },
    TEST_MS
  )
})

describe('a swarm', () => {
  it(
    'says which port is in use, before it starts anything',
    async () => {
      const server = createServer()
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      onTestFinished(() => void server.close())
      const { port } = server.address() as AddressInfo
      const outcome = await cortensor(['swarm', '--data-dir', folder, '--api-port', String(port)])
      expectOneLine(withoutProgress(outcome), new RegExp(`port ${port}.*--api-port.*NODE_PORT_IN_USE`))
      expect(outcome.stderr).not.toContain('starting the dev chain')
    },
    TEST_MS
  )

  it(
    'says that its data folder is a file',
    async () => {
      const file = join(folder, 'file')
      writeFileSync(file, '')
      expectOneLine(
        withoutProgress(await cortensor(['swarm', '--data-dir', file])),
        /file cannot be used.*NODE_DATA_DIR_UNUSABLE/
      )
    },
    TEST_MS
  )

  it(
    'refuses keys that it cannot read, rather than make new ones',
    async () => {
      const file = join(folder, 'miner-1', 'identity.json')
      mkdirSync(join(folder, 'miner-1'))
      writeFileSync(file, '{}')
      const outcome = await cortensor(['swarm', '--data-dir', folder, '--api-port', '0'])
      expectOneLine(withoutProgress(outcome), /miner-1\/identity\.json is damaged.*backup.*NODE_IDENTITY_UNREADABLE/)
      expect(readFileSync(file, 'utf8')).toBe('{}')
    },
    TEST_MS
  )
})

describe('a swarm that is ended while it starts', () => {
  const modes: [string, string[]][] = [
    ['in one process', []],
    ['with one process a node', ['--processes']]
  ]

  /** Runs until the nodes start, which is when most is under way. */
  async function startHalf(args: string[]): Promise<ReturnType<typeof startJsonProcess>> {
    const all = [CLI, 'swarm', '--json', '--data-dir', folder, '--api-port', '0', '--miners', '2', ...args]
    const swarm = startJsonProcess({ command: process.execPath, args: all, cwd: ROOT, env: { NODE_OPTIONS: '' } })
    onTestFinished(() => swarm.kill())
    const isNode = (pid: number): boolean => /main\.js|start --role miner/.test(processInfo(pid)?.command ?? '')
    await eventually('the start of its nodes', TEST_MS, () => swarm.processes().some(isNode))
    return swarm
  }

  it.each(modes)(
    'leaves no process when it is killed, %s',
    async (_mode, args) => {
      const swarm = await startHalf(args)
      process.kill(swarm.pid as number, 'SIGKILL')
      await eventually('the end of all its processes', TEST_MS, () => swarm.processes().length === 0)
    },
    2 * TEST_MS
  )

  it.each(modes)(
    'stops in order at Ctrl-C, %s',
    async (_mode, args) => {
      const swarm = await startHalf(args)
      const { end, left, stderr } = await swarm.interrupt(TEST_MS)
      expect(end, stderr).toMatchObject({ code: 0 })
      expect(left).toEqual([])
      expect(swarm.events).toEqual([])
    },
    2 * TEST_MS
  )
})

describe('a node', () => {
  const chainDir = tempDir('start-up-chain')
  let chain: DevChain
  let registry: string

  beforeAll(async () => {
    chain = createDevChain({ dataDir: chainDir.path })
    await chain.start()
    const signers = Array.from({ length: 4 }, () =>
      createSigner({ nodeSeed: generateEd25519Seed(), operatorKey: generateSecp256k1Key() })
    )
    const { registry: address } = await chain.deploy({ members: signers.map(({ nodeId, operator }) => ({ nodeId, operator })) })
    registry = address
  }, TEST_MS)

  afterAll(async () => {
    await chain.stop()
    chainDir.remove()
  })

  interface Changes {
    chain?: object
    models?: string[]
    more?: object
  }

  const start = async (changes: Changes = {}, role = 'miner'): Promise<Outcome> => {
    const file = join(folder, 'node.json')
    const config = {
      dataDir: 'data',
      preset: 'swarm',
      chain: { rpcUrls: [chain.rpcUrl], registry, ...changes.chain },
      miner: { models: changes.models ?? ['builtin:tiny-math-q8_0'], threads: 1 },
      logLevel: 'error',
      ...changes.more
    }
    writeFileSync(file, JSON.stringify(config))
    return cortensor(['start', '--role', role, '--config', file])
  }

  it(
    'says which configuration file is missing',
    async () => {
      const outcome = await cortensor(['start', '--role', 'miner', '--config', join(folder, 'none.yaml')])
      expectOneLine(outcome, /none\.yaml cannot be read.*NODE_CONFIG_MISSING/)
    },
    TEST_MS
  )

  it(
    'says where its configuration is no YAML',
    async () => {
      const file = join(folder, 'bad.yaml')
      writeFileSync(file, 'chain: [\n')
      expectOneLine(await cortensor(['start', '--config', file]), /bad\.yaml is not valid YAML: .*line \d.*NODE_CONFIG_INVALID/)
    },
    TEST_MS
  )

  it(
    'says which value of its configuration is wrong',
    async () => {
      expectOneLine(await start({ more: { colour: 'red' } }), /node\.json.*colour.*NODE_CONFIG_INVALID/)
      expectOneLine(await start({ chain: { registry: '0x12' } }), /node\.json, chain\.registry: must be 0x and 40 hex digits/)
      expectOneLine(await start({ more: { params: { epoch: { epochMs: 'soon' } } } }), /epoch\.epochMs/)
    },
    TEST_MS
  )

  it(
    'says that no chain answers at its RPC',
    async () => {
      const server = createServer()
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      server.close()
      await once(server, 'close')
      expectOneLine(await start({ chain: { rpcUrls: [url] } }, 'router'), new RegExp(`${url}.*running.*CHAIN_RPC_UNREACHABLE`))
    },
    TEST_MS
  )

  it(
    'says that there is no registry at the address, or another chain',
    async () => {
      const nothing = `0x${'ee'.repeat(20)}`
      expectOneLine(await start({ chain: { registry: nothing } }, 'router'), new RegExp(`${nothing}.*CHAIN_NO_CONTRACT`))
      expectOneLine(await start({ chain: { chainId: 1 } }, 'router'), /31337.*CHAIN_WRONG_CHAIN/)
    },
    TEST_MS
  )

  it(
    'says which built-in models there are',
    async () => {
      expectOneLine(await start({ models: ['builtin:gpt-7'] }), /gpt-7.*tiny-general-v2-q8_0.*NODE_MODEL_UNKNOWN/)
    },
    TEST_MS
  )

  it(
    'says which model file is missing',
    async () => {
      expectOneLine(await start({ models: ['mine.gguf'] }), /mine\.gguf.*ENGINE_MODEL_MISSING/)
    },
    TEST_MS
  )

  it(
    'says which model file is corrupt: cut off, or no model at all',
    async () => {
      const whole = readFileSync(join(MODELS, 'tiny-math-q8_0.gguf'))
      writeFileSync(join(folder, 'cut.gguf'), whole.subarray(0, whole.length / 2))
      expectOneLine(await start({ models: ['cut.gguf'] }), /cut\.gguf.*ENGINE_MODEL_CORRUPT/)
      copyFileSync(join(ROOT, 'package.json'), join(folder, 'text.gguf'))
      expectOneLine(await start({ models: ['text.gguf'] }), /text\.gguf.*ENGINE_MODEL_CORRUPT/)
    },
    TEST_MS
  )

  it(
    'says that its operator needs coins, then that it needs a stake, and that is all it does',
    async () => {
      const poor = await start({}, 'router')
      expectOneLine(poor, /0x[0-9a-f]{40} has no coins.*NODE_NOT_FUNDED/)
      const operator = /0x[0-9a-f]{40}/.exec(poor.stderr)?.[0] as `0x${string}`
      await chain.fundAccount(operator as never)
      expectOneLine(await start({}, 'router'), new RegExp(`${operator} needs [1-9]\\d* COR to stake as router.*NODE_NOT_FUNDED`))
    },
    TEST_MS
  )

  it(
    'says that its API port is in use',
    async () => {
      const server = createServer()
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      onTestFinished(() => void server.close())
      const { port } = server.address() as AddressInfo
      const funded = await start({ chain: { faucet: true }, more: { router: { port } } }, 'router')
      const operator = /0x[0-9a-f]{40}/.exec(funded.stderr)?.[0] as `0x${string}`
      await chain.fundAccount(operator as never)
      const outcome = await start({ chain: { faucet: true }, more: { router: { port } } }, 'router')
      expectOneLine(outcome, new RegExp(`Port ${port}.*API_PORT_IN_USE`))
    },
    TEST_MS
  )
})
