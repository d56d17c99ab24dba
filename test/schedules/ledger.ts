import { commitDigest } from '@cortensor/contracts'
import { blockCid, bytesToHex32, sha256, ZERO_HEX32 } from '@cortensor/crypto'
import type { CidString, CommittedView, Committee, EpochCommit, EpochNumber, Hex32 } from '@cortensor/interface'
import { memoryAddress, memoryNodeId } from '@cortensor/memory'
import { type Instance, instanceKey, quorumOf } from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'
import type { CheckedReport } from '../../packages/oracle/src/agreement/state.js'

/** What one member said it holds. */
export interface Observation {
  member: number
  instance: string
  timeMs: number
  /** The bucket with its items, null when it holds none. */
  bucket: CidString | null
  items: ReadonlySet<number>
}

/** A report as the schedules know it: whether it follows from observations (F of rule 3), and what is in it. */
export interface KnownReport extends CheckedReport {
  instance: Instance
  fits: boolean
  cutoffMs: number
  /** All items that were ever reported on the chain that ends in this report. */
  items: ReadonlySet<number>
  /** The evidence that whoever attests it must have. */
  buckets: readonly CidString[]
}

export interface Commit {
  instance: Instance
  view: number
  digest: Hex32
  cutoffMs: number
  items: ReadonlySet<number>
}

export const labelOf = (index: number): string => `member-${index}`

export function committeeOf(n: number): Committee {
  const faults = n === 3 ? 1 : Math.floor((n - 1) / 3)
  const members = Array.from({ length: n }, (_, i) => ({
    nodeId: memoryNodeId(labelOf(i)),
    operator: memoryAddress(labelOf(i))
  }))
  return { config: bytesToHex32(sha256(utf8ToBytes(`committee of ${n}`))), members, faults, attestations: faults + 1 }
}

/** Reports by what they follow from, and the contract that takes one commit an epoch, each on the one before. */
export class Ledger {
  readonly commits: Commit[] = []
  readonly reports = new Map<CidString, KnownReport>()
  readonly #committee: Committee
  readonly #byDigest = new Map<Hex32, KnownReport>()
  readonly #first: { items: ReadonlySet<number>; cutoffMs: number }

  constructor(committee: Committee, startMs = 0) {
    this.#committee = committee
    this.#first = { items: new Set(), cutoffMs: startMs }
  }

  get next(): Instance {
    const prev = this.commits.at(-1)?.digest ?? ZERO_HEX32
    return { config: this.#committee.config, epoch: (this.commits.length + 1) as EpochNumber, prev }
  }

  get views(): CommittedView[] {
    return this.commits.map(({ instance, view }) => ({ epoch: instance.epoch, config: instance.config, view }))
  }

  stateAfter(digest: Hex32): { items: ReadonlySet<number>; cutoffMs: number } {
    return this.#byDigest.get(digest) ?? this.#first
  }

  /** Rule 3, or null when the observations cannot carry a report. */
  derive(instance: Instance, observations: readonly Observation[], quorum = quorumOf(this.#committee)): KnownReport | null {
    const key = instanceKey(instance)
    const own = [...new Map(observations.filter((one) => one.instance === key).map((one) => [one.member, one])).values()]
    if (own.length < quorum) {
      return null
    }
    const inOrder = own.sort((a, b) => a.member - b.member)
    const times = inOrder.map(({ timeMs }) => timeMs).sort((a, b) => a - b)
    const state = this.stateAfter(instance.prev)
    const cutoffMs = Math.max(times[(times.length - 1) >> 1] as number, state.cutoffMs + 1)
    const items = new Set([...state.items, ...inOrder.flatMap((one) => [...one.items])])
    const buckets = inOrder.flatMap(({ bucket }) => bucket ?? [])
    const name = inOrder.map(({ bucket, member, timeMs }) => `${member}:${timeMs}:${bucket}`).join(' ')
    return this.#add(instance, name, { fits: true, cutoffMs, items, buckets })
  }

  /** Of a commit that the chain took. */
  reportOf(digest: Hex32): KnownReport {
    return this.#byDigest.get(digest) as KnownReport
  }

  /** Something that looks like a report. */
  makeUp(instance: Instance, name: string): KnownReport {
    return this.#add(instance, `made up ${name}`, { fits: false, cutoffMs: 0, items: new Set(), buckets: [] })
  }

  #add(instance: Instance, name: string, facts: Pick<KnownReport, 'fits' | 'cutoffMs' | 'items' | 'buckets'>): KnownReport {
    const bytes = utf8ToBytes(`${instanceKey(instance)} ${name}`)
    const report = blockCid(bytes, 'dag-cbor')
    const known = this.reports.get(report)
    if (known !== undefined) {
      return known
    }
    const { epoch, prev } = instance
    const totals = { results: facts.items.size, rewards: 0n }
    const commit: EpochCommit = { epoch, prev, resultsRoot: ZERO_HEX32, rewardsRoot: ZERO_HEX32, reportCid: report, totals }
    const made: KnownReport = { instance, report, commit, digest: commitDigest(commit), ...facts }
    this.reports.set(report, made)
    this.#byDigest.set(made.digest, made)
    return made
  }

  /** What the contract checks, but for the signatures themselves. */
  takes(instance: Instance, signers: readonly number[]): boolean {
    return instanceKey(instance) === instanceKey(this.next) && new Set(signers).size >= this.#committee.attestations
  }

  commit(report: KnownReport, instance: Instance, view: number): Commit {
    const commit = { instance, view, digest: report.digest, cutoffMs: report.cutoffMs, items: report.items }
    this.commits.push(commit)
    return commit
  }
}
