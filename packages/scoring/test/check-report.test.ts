import { blockCid } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { resultsRoot, rewardsTree } from '@cortensor/proofs'
import { encodeReport, loadReport, loadReportRoot, type Report, type ReportDag } from '@cortensor/protocols'
import { describe, expect, it } from 'vitest'
import { checkReport, collectEvidence, type DerivedReport, deriveReport, initialLedger, openItems } from '../src/index.js'
import {
  agreed,
  anchor,
  answer,
  type Blocks,
  committee,
  epoch,
  fetchFrom,
  GENESIS_MS,
  hex32Of,
  miners,
  minerX,
  minerY,
  network,
  observe,
  oracles,
  params,
  presence,
  recordsOf,
  round,
  seal,
  task,
  verifier
} from './world.js'

const genesis = { ...initialLedger(GENESIS_MS), reputations: recordsOf(miners) }
const one = await round(genesis)
const items = [
  ...(await Promise.all(miners.map(presence))),
  one.open,
  ...(await answer(one, minerX)).all,
  ...(await answer(one, minerY, { wrong: 1 })).all,
  ...(await task({ name: 'checked' })).all
]
const made = await epoch(genesis, agreed({ items }))
const derived = deriveReport(made.input)

interface Changes {
  report?: ReportDag
  blocks?: Blocks
  from?: DerivedReport
  anchor?: typeof anchor
}

const check = ({ report, blocks = made.blocks, from = derived, anchor: known = anchor }: Changes = {}) =>
  checkReport({
    ...network,
    report: (report ?? from).cid,
    commit: from.commit,
    params,
    committee,
    prevState: genesis,
    prevReport: null,
    anchorAt: async () => known,
    verifier,
    fetch: fetchFrom(new Map([...blocks, ...(report ?? from).blocks]))
  })

/** A forger's work: the change, and everything that hangs on it made to fit. */
function forge(change: (report: Report) => void): ReportDag {
  const report = structuredClone(derived.report)
  change(report)
  report.resultsRoot = resultsRoot(report.results, report.outcomes)
  report.rewardsRoot = rewardsTree(report.state).root
  report.totals = {
    results: report.results.length,
    rewards: report.state.cumulative.reduce((sum, { amount }) => sum + amount, 0n)
  }
  return encodeReport(report)
}

const of = <T>(list: readonly T[], index = 0): T => list[index] as T

describe('a report', () => {
  it('holds when it follows from its evidence', async () => {
    const result = await check()
    expect(result).toMatchObject({ ok: true, derived: { cid: derived.cid, digest: derived.digest } })
    expect(derived.report.results).toHaveLength(1)
    expect(derived.report.outcomes).toHaveLength(2)
  })

  it.each<[string, (report: Report) => void]>([
    [
      'state.cumulative[0].amount',
      (report) => {
        of(report.state.cumulative).amount += 1n
      }
    ],
    [
      'rewards[0].base',
      (report) => {
        of(report.rewards).base += 1n
        of(report.rewards, 1).base -= 1n
      }
    ],
    [
      'results[0].completionTokens',
      (report) => {
        of(report.results).completionTokens += 1
      }
    ],
    [
      'results[0]',
      (report) => {
        report.results = []
      }
    ],
    [
      'outcomes[0].scores[0].correct',
      (report) => {
        const score = of(of(report.outcomes).scores)
        score.correct = score.correct === 0 ? 1 : score.correct - 1
      }
    ],
    [
      'outcomes[1]',
      (report) => {
        report.outcomes = report.outcomes.slice(0, 1)
      }
    ],
    [
      'state.skills[0].meanMilli',
      (report) => {
        of(report.state.skills).meanMilli += 1
      }
    ],
    [
      'state.reputations[0].rounds',
      (report) => {
        of(report.state.reputations).rounds += 1
      }
    ],
    [
      'state.cutoffMs',
      (report) => {
        report.state.cutoffMs += 1
      }
    ],
    [
      'paidMs',
      (report) => {
        report.paidMs += 1
      }
    ],
    [
      'state.bindings[0].operator',
      (report) => {
        of(report.state.bindings).operator = `0x${'99'.repeat(20)}` as never
      }
    ],
    [
      'state.consumed[0].expiryMs',
      (report) => {
        of(report.state.consumed).expiryMs += 1
      }
    ],
    [
      'anchor.block.hash',
      (report) => {
        report.anchor.block.hash = hex32Of('another block')
      }
    ],
    [
      'prevReport',
      (report) => {
        report.prevReport = derived.cid
      }
    ],
    [
      'networkId',
      (report) => {
        report.networkId = '0123456789abcdef' as never
      }
    ]
  ])('with another %s and fresh roots fails, and the reason names it', async (path, change) => {
    const result = await check({ report: forge(change) })
    expect(result).toMatchObject({ ok: false })
    expect(result.ok === false && result.reason.startsWith(`${path} is `) ? path : result).toBe(path)
  })

  it('fails when a registration is not on the chain', async () => {
    const registrations = anchor.registrations.slice(1)
    const result = await check({ anchor: { ...anchor, registrations } })
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining('anchor.registrations') })
  })

  it('fails when the commit is another', async () => {
    const commit = { ...derived.commit, totals: { ...derived.commit.totals, rewards: derived.commit.totals.rewards + 1n } }
    const result = await check({ from: { ...derived, commit } })
    expect(result).toMatchObject({ ok: false, reason: expect.stringContaining('commit.totals.rewards') })
  })

  it('fails when an observation is not signed by its member', async () => {
    const forged = forge((report) => {
      const envelope = of(report.observations)
      envelope[envelope.length - 1] = (envelope.at(-1) as number) ^ 1
    })
    expect(await check({ report: forged })).toMatchObject({ ok: false, reason: expect.stringContaining('observation') })
  })

  it('fails when an observation is left out', async () => {
    const forged = forge((report) => {
      report.observations = report.observations.slice(0, 2)
    })
    expect(await check({ report: forged })).toMatchObject({ ok: false, reason: expect.stringContaining('observations of 3') })
  })

  it('fails when a bucket is another block', async () => {
    const blocks: Blocks = new Map([...made.blocks].map(([cid, block]) => [cid, block.slice(0, -1)]))
    expect(await check({ blocks })).toMatchObject({ ok: false, reason: expect.stringContaining('bucket') })
  })

  it('holds when a member names a bucket that is none: it is taken as empty', async () => {
    const { all } = await task({ name: 'beside nonsense' })
    const blocks: Blocks = new Map()
    const views = [agreed({ items: all })[0], agreed({ items: all })[1], {}] as const
    const envelopes = await Promise.all(views.map((view, i) => observe(of(oracles, i), genesis, blocks, view)))
    const nonsense = Uint8Array.of(1, 2, 3)
    blocks.set(blockCid(nonsense, 'dag-cbor'), nonsense)
    envelopes.push(await observe(of(oracles, 3), genesis, blocks, { buckets: [blockCid(nonsense, 'dag-cbor')] }))
    const evidence = await collectEvidence(envelopes, { ...network, verifier, fetch: fetchFrom(blocks) })
    expect(evidence.itemsByObservation.map((ids) => ids.size)).toEqual([3, 3, 0, 0])
    const other = deriveReport({ ...made.input, ...evidence })
    expect(await check({ blocks, from: other })).toMatchObject({ ok: true })
  })

  it('fails for any bytes that are no report', async () => {
    const root = derived.blocks.get(derived.cid) as Uint8Array
    for (const bytes of [new Uint8Array(0), root.slice(0, -1), Uint8Array.from({ length: 500 }, (_, i) => i & 0xff)]) {
      const cid = blockCid(bytes, 'dag-cbor')
      expect(await check({ report: { cid, blocks: new Map([[cid, bytes]]) } })).toMatchObject({ ok: false })
    }
  })

  it('needs nothing of an honest report but its root and its observations', async () => {
    const asked: string[] = []
    const honest = new Map([...made.blocks, ...derived.blocks])
    const fetch = (cid: CidString): Promise<Uint8Array> => {
      asked.push(cid)
      return fetchFrom(honest)(cid)
    }
    const root = await loadReportRoot(derived.cid, fetchFrom(derived.blocks))
    const rest = { params, committee, prevState: genesis, prevReport: null, anchorAt: async () => anchor, verifier, fetch }
    expect(await checkReport({ ...network, ...rest, report: derived.cid })).toMatchObject({ ok: true })
    const needed = [derived.cid, ...root.sections.observations.chunks, ...made.blocks.keys()]
    expect(asked.toSorted()).toEqual(needed.toSorted())
  })

  it('holds when its blocks come back as it was', async () => {
    expect(await loadReport(derived.cid, fetchFrom(derived.blocks))).toEqual(derived.report)
  })

  it('is not judged while its evidence can not be had', async () => {
    await expect(check({ blocks: new Map() })).rejects.toThrow('No block')
  })
})

describe('items', () => {
  it('are opened once each; bad ones and those of other families are left out', async () => {
    const good = items.slice(0, 5)
    const flipped = Uint8Array.from(of(items))
    flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1
    const stranger = await seal(of(oracles), 'oracle', Uint8Array.of(1, 2, 3))
    const nonsense = await seal(of(oracles), 'quiz', Uint8Array.of(1, 2, 3))
    const opened = await openItems([...good, ...good, flipped, stranger, nonsense, new Uint8Array(0)], { ...network, verifier })
    expect(opened.map(({ kind }) => kind)).toEqual(['binding', 'binding', 'binding', 'round', 'answer-precommit'])
  })

  it('of another network or contract are left out', async () => {
    const other = { ...network, networkId: 'fedcba9876543210' as typeof network.networkId }
    expect(await openItems(items, { ...other, verifier })).toEqual([])
    const bindings = await openItems(items.slice(0, 3), { ...network, chainId: network.chainId + 1, verifier })
    expect(bindings).toEqual([])
  })
})
