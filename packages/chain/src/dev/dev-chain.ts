import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { configHash, oracleCommitteeSourceHash } from '@cortensor/contracts'
import type { Address, Deployment, Logger, Startable } from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { computeAddress, getCreateAddress } from 'ethers'
import { committeeAbi } from '../abi.js'
import { callView, findDeployment } from '../reader.js'
import { createRpc, type Rpc } from '../rpc.js'
import { asObject, toAddress, toQuantity } from '../values.js'
import { findAnvil } from './anvil-binary.js'
import { deployNetwork } from './deploy.js'
import { devChainError } from './errors.js'
import type { NetworkInit } from './plan.js'
import { prepareState } from './state-file.js'

export interface DevChainInit {
  /** Holds the chain's state and the registry's address. */
  dataDir: string
  /** Between blocks, in seconds; fractions are fine. @default 1 */
  blockTimeSeconds?: number
  /** Where the RPC listens. Anybody who reaches it can do anything with the chain. @default 127.0.0.1 */
  host?: string
  /** Of the RPC. @default 0: a free one */
  port?: number
  /** @default 31337 */
  chainId?: number
  logger?: Logger
}

/** A real EVM chain in a child process, which ends with this process however that dies. */
export interface DevChain extends Startable {
  /** Throws `CHAIN_DEV_NOT_STARTED` before `start`. */
  readonly rpcUrl: string
  readonly chainId: number
  /** Of the chain's process, or null while stopped. */
  readonly pid: number | null
  /** Sets an account's native coin, in its smallest unit. @default 10,000 coins */
  fundAccount(address: Address, amount?: bigint): Promise<void>
  /**
   * Deploys the contracts, or finds the ones that this chain already has. A different committee needs a new deployment, which starts
   * from epoch 1.
   */
  deploy(init: NetworkInit): Promise<Deployment>
  /** Any request, `evm_…` and `anvil_…` included. */
  request(method: string, params?: readonly unknown[]): Promise<unknown>
}

interface Running {
  guard: ChildProcess
  exited: Promise<void>
  rpc: Rpc
  url: string
  pid: number
}

/** The first account of the mnemonic that every development tool uses; worthless anywhere else. */
export const DEPLOYER_KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
const COIN = 10n ** 18n
/** Longest wait for the chain's first word, in ms. Large states take seconds to load. */
const START_TIMEOUT_MS = 30_000
const MAX_ERROR_CHARACTERS = 2000
const LOOPBACK = '127.0.0.1'
const ANY_HOST = '0.0.0.0'
/** The deployer's second transaction on a new chain creates the registry. */
const REGISTRY_NONCE = 1

/** States older than this are not kept: without it every block leaves files in the home directory. */
const HISTORY_BLOCKS = 256
const STATE_INTERVAL_SECONDS = 5

/** Where the registry of the first deployment on a dev chain is, whatever its committee. */
export const devRegistry = (): Address =>
  toAddress(getCreateAddress({ from: computeAddress(DEPLOYER_KEY), nonce: REGISTRY_NONCE }))

function anvilArgs(init: DevChainInit, stateFile: string): string[] {
  return [
    ...['--host', init.host ?? LOOPBACK, '--port', String(init.port ?? 0), '--chain-id', String(init.chainId ?? 31337)],
    // Interval mining only: mining on demand stalls for good under load.
    ...['--block-time', String(init.blockTimeSeconds ?? 1), '--prune-history', String(HISTORY_BLOCKS)],
    ...['--slots-in-an-epoch', '1', '--enable-tx-gas-limit', '--gas-limit', '60000000'],
    ...['--accounts', '1', '--balance', '1000000000'],
    ...['--state', stateFile, '--state-interval', String(STATE_INTERVAL_SECONDS)]
  ]
}

/** Child processes run the build: from the sources, one folder over. */
const guardFile = (): string =>
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../dist/dev/guard.js' : './guard.js', import.meta.url))

async function launch(init: DevChainInit, stateFile: string): Promise<Omit<Running, 'rpc'>> {
  // Its own process group: Ctrl-C in a terminal reaches the node, which then stops its chain in order.
  const guard = spawn(process.execPath, [guardFile(), stateFile, findAnvil(), ...anvilArgs(init, stateFile)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true
  })
  let errors = ''
  guard.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MAX_ERROR_CHARACTERS)
  })
  guard.stdin.on('error', () => {})
  const exited = new Promise<void>((resolve) => guard.once('close', () => resolve()).once('error', () => resolve()))
  const timer = setTimeout(() => guard.stdin.end(), START_TIMEOUT_MS)
  try {
    for await (const line of createInterface({ input: guard.stdout })) {
      const said = asObject(JSON.parse(line))
      if (said.event === 'listening') {
        guard.stdout.resume()
        return { guard, exited, url: String(said.url).replace(ANY_HOST, LOOPBACK), pid: Number(said.pid) }
      }
    }
  } finally {
    clearTimeout(timer)
  }
  guard.stdin.end()
  await exited
  const port = init.port === undefined || init.port === 0 ? '' : ` Port ${init.port} may be in use; try another.`
  throw devChainError('CHAIN_DEV_EXITED', `The dev chain did not start.${port} It said: ${errors.trim() || 'nothing'}`)
}

/** @returns A stopped chain. `start` throws `CHAIN_DEV_NO_BINARY` or `CHAIN_DEV_EXITED`. */
export function createDevChain(init: DevChainInit): DevChain {
  const chainId = init.chainId ?? 31337
  const stateFile = join(init.dataDir, 'chain-state.json')
  const deploymentFile = join(init.dataDir, 'deployment.json')
  const deployer = toAddress(computeAddress(DEPLOYER_KEY))
  let running: Running | undefined
  let starting: Promise<void> | undefined
  /** Ends what waits for this run of the chain. */
  let stopping = new AbortController()

  const get = (): Running => {
    if (running === undefined) {
      throw devChainError('CHAIN_DEV_NOT_STARTED', 'The dev chain is not running; call start() first')
    }
    return running
  }

  const begin = async (): Promise<void> => {
    mkdirSync(init.dataDir, { recursive: true })
    const state = prepareState(stateFile)
    if (state === 'restored') {
      init.logger?.warn('the chain state was broken; its last copy is used', { stateFile })
    } else if (state === 'lost') {
      init.logger?.warn('the chain state was broken and has no copy; the chain starts anew', { stateFile })
    }
    const launched = await launch(init, stateFile)
    const current = { ...launched, rpc: createRpc({ urls: [launched.url], timeoutMs: 10_000, clock: createRealClock() }) }
    running = current
    void launched.exited.then(() => {
      if (running === current) {
        init.logger?.error('the dev chain ended by itself; restart to go on from its last dump', { pid: launched.pid })
      }
    })
  }

  /** Null, too, for contracts of another version: those of a development chain are worth nothing but their deployment. */
  const savedRegistry = (): Address | null => {
    try {
      const saved = asObject(JSON.parse(readFileSync(deploymentFile, 'utf8')))
      return typeof saved.registry === 'string' && saved.contracts === oracleCommitteeSourceHash
        ? toAddress(saved.registry)
        : null
    } catch {
      return null
    }
  }

  /** The saved deployment if the chain still has it, with these very members. */
  const findSaved = async (network: NetworkInit): Promise<Deployment | null> => {
    const { rpc } = get()
    const registry = savedRegistry()
    if (registry === null) {
      return null
    }
    const deployment = await findDeployment(rpc, registry).catch(() => null)
    if (deployment === null) {
      init.logger?.warn('the chain has lost its contracts and gets new ones', { registry })
      return null
    }
    const view = (name: string, args: unknown[] = []) => callView(rpc, committeeAbi, deployment.committee, name, args)
    const [config] = await view('config')
    const [faults, attestations, nonce] = (await view('membersOf', [config])).slice(2).map(Number) as [number, number, number]
    const { members } = network
    if (configHash({ chainId, committee: deployment.committee, members, faults, attestations, nonce }) === config) {
      return deployment
    }
    init.logger?.warn('the committee has changed, so the contracts are deployed anew', { registry })
    return null
  }

  const fundAccount = async (address: Address, amount = 10_000n * COIN): Promise<void> => {
    await get().rpc.call('anvil_setBalance', [address, toQuantity(amount)])
  }

  return {
    chainId,
    get rpcUrl() {
      return get().url
    },
    get pid() {
      return running?.pid ?? null
    },
    async start() {
      if (running === undefined) {
        starting ??= begin().finally(() => {
          starting = undefined
        })
        await starting
      }
    },
    async stop() {
      await starting?.catch(() => {})
      const ending = running
      running = undefined
      stopping.abort(devChainError('CHAIN_DEV_NOT_STARTED', 'The dev chain was stopped'))
      stopping = new AbortController()
      if (ending !== undefined) {
        await ending.rpc.close()
        ending.guard.stdin?.end()
        await ending.exited
      }
    },
    fundAccount,
    async deploy(network) {
      const saved = await findSaved(network)
      if (saved !== null) {
        return saved
      }
      await fundAccount(deployer, 1_000_000n * COIN)
      const deployment = await deployNetwork({
        ...network,
        rpcUrls: [get().url],
        privateKey: DEPLOYER_KEY,
        // Its estimates see pending transactions, so that all of them fit into one block.
        pipelined: true,
        faucet: network.faucet ?? true,
        signal: stopping.signal,
        ...(init.logger === undefined ? {} : { logger: init.logger })
      })
      const saving = { chainId, registry: deployment.registry, contracts: oracleCommitteeSourceHash }
      const text = `${JSON.stringify(saving)}\n`
      writeFileSync(`${deploymentFile}.new`, text)
      renameSync(`${deploymentFile}.new`, deploymentFile)
      return deployment
    },
    request: async (method, params) => get().rpc.call(method, params)
  }
}
