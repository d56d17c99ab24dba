import { configHash } from '@cortensor/contracts'
import { keccak256 } from '@cortensor/crypto'
import type { Address, BlockRef, Cancel, Chain, Committee, Deployment, Startable, TokenAmount } from '@cortensor/interface'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { Blockchain, toBlockTime } from './blockchain.js'
import { createConnection, type NewsWait } from './connection.js'
import { CONFIG_NONCE } from './execute.js'
import { Ledger } from './ledger.js'
import { type MemoryChainInit, resolveSettings } from './options.js'

/** One chain with the contracts on it, shared by all nodes of a world. Blocks are made between `start` and `stop`. */
export interface MemoryChain extends Startable {
  readonly chainId: number
  readonly deployment: Deployment
  readonly committee: Committee
  /** A node's view; null only reads. */
  connect(account: Address | null): Chain
  /** Makes a block now. */
  mine(): BlockRef
  /** The newest `depth` blocks (at most 256) give way to a longer branch. Their calls get into it, unless they are lost. */
  reorg(depth: number, options?: { loseCalls?: boolean }): void
  /** Calls of everybody, or of one account, fail with `CHAIN_RPC_UNREACHABLE`, and followers hear nothing. Blocks go on. */
  setOutage(isOut: boolean, account?: Address | null): void
  setNativeBalance(account: Address, wei: bigint): void
  /** What has been paid out in all, and what was there to be paid. */
  totals(): { claimed: TokenAmount; funded: TokenAmount; rewards: TokenAmount; commits: number }
  /** What nodes have staked and lost, and what the registry holds for it. */
  stakes(): { staked: TokenAmount; slashed: TokenAmount; held: TokenAmount }
}

/** The address of a contract by its name; equal on all chains of one id. */
const contractAddress = (chainId: number, name: string): Address =>
  `0x${bytesToHex(keccak256(utf8ToBytes(`cortensor/memory/${chainId}/${name}`)).subarray(12))}` as Address

/** The contracts' rules over blocks in memory. */
export function createMemoryChain(init: MemoryChainInit): MemoryChain {
  const { clock } = init
  const chainId = init.chainId ?? 31_337
  const [registry, token, address, distributor, sessions] = ['registry', 'token', 'committee', 'distributor', 'sessions'].map(
    (name) => contractAddress(chainId, name)
  ) as [Address, Address, Address, Address, Address]
  const genesisMs = toBlockTime(clock.now())
  const ledger = new Ledger(resolveSettings(init, { registry, token, distributor, sessions, genesisMs }))
  const domain = { chainId, committee: address }
  const members = init.committee.members.map((member) => ({ operator: member.operator, nodeId: member.nodeId }))
  const faults = init.committee.faults ?? Math.max(1, Math.floor((members.length - 1) / 3))
  const attestations = init.committee.attestations ?? faults + 1
  const config = configHash({ ...domain, members, faults, attestations, nonce: CONFIG_NONCE })
  const committee: Committee = { config, members, faults, attestations }
  const blockchain = new Blockchain({ ledger, committee, domain, verifier: init.verifier, now: () => clock.now() })
  const deployment: Deployment = { registry, token, committee: address, distributor, sessions, fromBlock: 0, genesisMs }

  /** Whom a block may concern, by what they wait for. */
  const listeners = new Map<string, { wait: NewsWait; all: Set<() => void> }>()
  const outages = new Set<Address | null | 'all'>()
  let cancel: Cancel | undefined
  const isConcerned = ({ confirmations, only }: NewsWait): boolean => {
    const kinds = blockchain.blocks.at(-confirmations)?.kinds
    return only === undefined || only.some((kind) => kinds?.has(kind) === true)
  }
  /** Everybody, or those whom the newest block concerns. */
  const tell = (concerned: (wait: NewsWait) => boolean = () => true): void => {
    const told = [...listeners.values()].filter(({ wait }) => concerned(wait))
    for (const listener of told.flatMap(({ all }) => [...all])) {
      listener()
    }
  }
  let known: { version: number; stakes: ReturnType<MemoryChain['stakes']>; totals: ReturnType<MemoryChain['totals']> } | undefined
  const add = (amounts: Iterable<TokenAmount>): TokenAmount => [...amounts].reduce((sum, amount) => sum + amount, 0n)
  /** Looked at after every event of a simulation, and added up when something has changed. */
  const sums = (): Pick<NonNullable<typeof known>, 'stakes' | 'totals'> => {
    const { version } = ledger.journal
    if (known?.version !== version) {
      const { claimed, commits, funded, settings, slashed, staked } = ledger
      known = {
        version,
        stakes: { staked, slashed: add(slashed.values()), held: ledger.tokensOf(registry) - settings.tokenBalance },
        totals: {
          claimed: add(claimed.values()),
          funded,
          rewards: commits.at(-1)?.totals.rewards ?? 0n,
          commits: commits.length
        }
      }
    }
    return known
  }
  const mine = (): BlockRef => {
    const { ref } = blockchain.mine()
    tell(isConcerned)
    return { ...ref }
  }

  return {
    chainId,
    deployment,
    committee,
    async start() {
      cancel ??= clock.every(ledger.settings.blockTimeMs, mine)
    },
    async stop() {
      cancel?.()
      cancel = undefined
    },
    connect: (account) =>
      createConnection({
        account,
        clock,
        blockchain,
        ledger,
        committee,
        deployment,
        isOut: () => outages.has('all') || outages.has(account),
        onNews(listener, wait = { confirmations: 1 }) {
          const key = `${wait.confirmations} ${wait.only?.join() ?? 'all'}`
          const group = listeners.get(key) ?? { wait, all: new Set() }
          listeners.set(key, group)
          group.all.add(listener)
          return () => {
            group.all.delete(listener)
          }
        }
      }),
    mine,
    reorg(depth, options) {
      // Who follows must have passed over the blocks that concern nobody, to see that they are gone.
      tell()
      blockchain.reorg(depth, options?.loseCalls !== true)
      tell()
    },
    setOutage(isOut, account) {
      const whom = account === undefined ? 'all' : account
      if (isOut) {
        outages.add(whom)
      } else {
        outages.delete(whom)
        tell()
      }
    },
    setNativeBalance(account, wei) {
      ledger.native.set(account, wei)
    },
    stakes: () => sums().stakes,
    totals: () => sums().totals
  }
}
