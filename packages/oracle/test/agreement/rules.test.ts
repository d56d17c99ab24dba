import { describe, expect, it } from 'vitest'
import type { AgreementEffect } from '../../src/agreement/state.js'
import { NO_WORDS } from '../../src/record/words.js'
import { committeeOf, createMember, proposeOf, reportOf, TIMING, timeoutOf } from './world.js'

const committee = committeeOf(4)
const report = reportOf('the report')
const other = reportOf('another report')
const types = (effects: readonly AgreementEffect[]): string[] => effects.map(({ type }) => type)
const certificate = (view: number, senders = [0, 1, 2], last: Parameters<typeof timeoutOf>[3] = null) =>
  senders.map((sender) => timeoutOf(committee, sender, view - 1, last))

describe('rule 1: the start', () => {
  it('waits for the epoch to be over, then observes when something is held', () => {
    const oracle = createMember(committee, 1)
    expect(oracle.at(TIMING.epochMs - 1).tick()).toEqual([])
    expect(oracle.at(TIMING.epochMs).tick()).toEqual([{ type: 'observe' }])
    expect(oracle.tick()).toEqual([])
  })

  it('without items waits for the heartbeat', () => {
    const oracle = createMember(committee, 1)
    expect(oracle.at(TIMING.heartbeatMs - 1).tick(false)).toEqual([])
    expect(oracle.at(TIMING.heartbeatMs).tick(false)).toEqual([{ type: 'observe' }])
  })

  it('follows f+1 others, not f, and nobody from outside', () => {
    const oracle = createMember(committee, 1)
    expect(oracle.at(0).observe(0)).toEqual([])
    expect(oracle.observe(0)).toEqual([])
    expect(oracle.observe(9)).toEqual([])
    expect(oracle.observe(2)).toEqual([{ type: 'observe' }])
    expect(oracle.state.phase).toBe('agreeing')
  })
})

describe('rule 2 and 3: the proposal', () => {
  it('of the leader alone, at once with all observations', () => {
    for (const self of [0, 1]) {
      const effects = createMember(committee, self).begin()
      expect(types(effects)).toEqual(self === 0 ? ['observe', 'propose'] : ['observe'])
    }
  })

  it('with a quorum only, and then after a grace, once', () => {
    const leader = createMember(committee, 0)
    leader.at(TIMING.epochMs).tick()
    expect([0, 1].flatMap((from) => leader.observe(from))).toEqual([])
    expect(leader.at(TIMING.epochMs + 1_000).tick()).toEqual([])
    expect(leader.observe(2)).toEqual([])
    expect(leader.at(TIMING.epochMs + 1_499).tick()).toEqual([])
    const effects = leader.at(TIMING.epochMs + 1_500).tick()
    expect(effects).toMatchObject([{ type: 'propose', view: 0, timeouts: [], again: null }])
    expect(leader.at(TIMING.epochMs + 1_600).tick()).toEqual([])
  })

  it('once more with more observations, when the evidence of those that it held could not be had', () => {
    const leader = createMember(committee, 0)
    leader.at(TIMING.epochMs).tick()
    expect([0, 1, 2].flatMap((from) => leader.observe(from))).toEqual([])
    expect(types(leader.at(TIMING.epochMs + 500).tick())).toEqual(['propose'])
    expect(leader.unproposed(0, [], 3)).toEqual([])
    expect(leader.tick()).toEqual([])
    const effects = leader.observe(3)
    expect(effects).toMatchObject([{ type: 'propose', view: 0, timeouts: [], again: null }])
    expect(effects.flatMap((effect) => (effect.type === 'propose' ? effect.observations : []))).toHaveLength(4)
    expect(leader.unproposed(0, [], 4)).toEqual([])
    expect(leader.tick()).toEqual([])
  })

  it('lists observations in one order, whatever the order they came in', () => {
    const [first, second] = [
      [0, 1, 2, 3],
      [3, 1, 0, 2]
    ].map((order) => {
      const leader = createMember(committee, 0)
      leader.at(TIMING.epochMs).tick()
      return order.flatMap((from) => leader.observe(from))
    })
    expect(first).toEqual(second)
  })
})

describe('rule 4: what was attested is proposed again', () => {
  const leaderOfView1 = (lasts: Parameters<typeof timeoutOf>[3][]) => {
    const leader = createMember(committee, 1)
    leader.begin()
    return lasts.flatMap((last, i) => leader.timeout([0, 2, 3][i] as number, 0, last))
  }

  it('the highest view counts, then the lowest digest', () => {
    const low = report.digest < other.digest ? report : other
    const high = low === report ? other : report
    const again = (effects: AgreementEffect[]) => effects.flatMap((e) => (e.type === 'propose' ? [e.again?.digest] : []))
    expect(again(leaderOfView1([{ view: 0, ...high }, null, { view: 0, ...low }]))).toEqual([low.digest])
    expect(again(leaderOfView1([{ view: 1, ...high }, null, { view: 0, ...low }]))).toEqual([high.digest])
    expect(again(leaderOfView1([null, null, null]))).toEqual([undefined])
  })

  it('needs no observations of its own', () => {
    const leader = createMember(committee, 1)
    leader.at(TIMING.epochMs).tick()
    const effects = [0, 2, 3].flatMap((from) => leader.timeout(from, 0, { view: 0, ...report }))
    expect(types(effects)).toEqual(['timeout', 'observe', 'propose'])
  })

  it('and nobody has, is given up for a report of a quorum of observations, with the same certificate, once', () => {
    const leader = createMember(committee, 1)
    leader.at(TIMING.epochMs).tick()
    // A liar names it; this oracle holds no observation yet.
    const asked = [0, 2, 3].flatMap((from) => leader.timeout(from, 0, from === 0 ? { view: 0, ...report } : null))
    const timeouts = asked.flatMap((effect) => (effect.type === 'propose' ? effect.timeouts : []))
    expect(timeouts).toHaveLength(3)
    expect(leader.unproposed(1, timeouts)).toEqual([])
    expect([0, 2].flatMap((from) => leader.observe(from))).toEqual([])
    // One more names another one: what was tried counts.
    expect(leader.timeout(1, 0, { view: 0, ...other })).toEqual([])
    expect(leader.observe(3)).toEqual([])
    const effects = leader.at(TIMING.epochMs + TIMING.viewMs / 4).tick()
    expect(effects).toMatchObject([{ type: 'propose', view: 1, again: null, timeouts }])
    expect(effects.flatMap((effect) => (effect.type === 'propose' ? effect.observations : []))).toHaveLength(3)
    expect(leader.tick()).toEqual([])
  })

  it('and could not be had in an earlier view, is tried once more in a later one', () => {
    const leader = createMember(committee, 1)
    leader.begin()
    const repeats = (view: number) => {
      const effects = [0, 2, 3].flatMap((from) => leader.timeout(from, view - 1, { view: 0, ...report }))
      return effects.filter(({ type }) => type === 'propose')
    }
    expect(repeats(1)).toMatchObject([{ view: 1, again: { digest: report.digest } }])
    expect(leader.unproposed(1, [])).toMatchObject([{ type: 'propose', view: 1, again: null }])
    expect(repeats(5)).toMatchObject([{ view: 5, again: { digest: report.digest } }])
    // Too late for the view that it is of.
    expect(leader.unproposed(1, [])).toEqual([])
    expect(leader.state.unproposed).toMatchObject({ view: 1 })
  })

  it('hands the timeouts over as its certificate', () => {
    const effects = leaderOfView1([null, null, null])
    expect(effects.flatMap((e) => (e.type === 'propose' ? e.timeouts : []))).toEqual(
      [0, 2, 3].map((from) => timeoutOf(committee, from, 0).bytes)
    )
  })
})

describe('rule 4: a leader that has to repeat a report and proposes another', () => {
  const named = { view: 0, report: report.report, digest: report.digest }
  const proposeOther = (oracle: ReturnType<typeof createMember>, last: typeof named | null = named) => [
    ...oracle.propose(1, proposeOf(committee, 1, other), certificate(1, [0, 1, 2], last)),
    ...oracle.checked(other, true)
  ]

  it('is not attested by those who have checked the report', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    // In time to hold it, and too late to attest it.
    oracle.at(TIMING.epochMs + TIMING.viewMs).tick()
    oracle.checked(report, true)
    expect(types(proposeOther(oracle))).not.toContain('attest')
    expect(oracle.state.view).toBe(1)
    oracle.at(TIMING.epochMs + 2 * TIMING.viewMs)
    expect(types(oracle.propose(2, proposeOf(committee, 2, report), certificate(2, [0, 1, 2], named)))).toContain('attest')
  })

  it('is not attested by those who attested the report before an interruption', () => {
    const oracle = createMember(committee, 3, { ...NO_WORDS, attested: new Map([[0, named]]), timedOut: new Set([0]) })
    oracle.begin()
    expect(types(proposeOther(oracle))).not.toContain('attest')
  })

  it('is attested by those who do not have the report: it may be one that nobody can have', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    expect(types(proposeOther(oracle))).toContain('attest')
    const failed = createMember(committee, 3)
    failed.begin()
    failed.propose(0, proposeOf(committee, 0, report))
    failed.checked(report, false)
    expect(types(proposeOther(failed))).toContain('attest')
  })

  it('is attested when the certificate names no report', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    oracle.checked(report, true)
    expect(types(proposeOther(oracle, null))).toContain('attest')
  })
})

describe('rule 5: the attestation', () => {
  it('after the check of the report of the view', () => {
    const oracle = createMember(committee, 1)
    oracle.begin()
    const propose = proposeOf(committee, 0, report)
    expect(oracle.propose(0, propose)).toMatchObject([{ type: 'check', propose }])
    expect(oracle.tick()).toEqual([])
    expect(oracle.checked(report, true)).toEqual([{ type: 'attest', view: 0, report: report.report, digest: report.digest }])
    expect(oracle.state.last).toEqual({ view: 0, report: report.report, digest: report.digest })
    expect(oracle.tick()).toEqual([])
  })

  it('never of a report that does not fit', () => {
    const oracle = createMember(committee, 1)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    expect(oracle.checked(report, false)).toEqual([])
    expect(oracle.state.attested.size).toBe(0)
  })

  it('never of somebody who does not lead the view', () => {
    const oracle = createMember(committee, 1)
    oracle.begin()
    expect(oracle.propose(2, proposeOf(committee, 0, report))).toEqual([])
    expect(oracle.propose(9, proposeOf(committee, 0, report))).toEqual([])
  })

  it('never of a second proposal of the same view', () => {
    const oracle = createMember(committee, 1)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    expect(oracle.propose(0, proposeOf(committee, 0, other))).toEqual([])
    oracle.checked(report, true)
    expect(oracle.checked(other, true)).toEqual([])
    expect([...oracle.state.attested]).toEqual([[0, report.digest]])
  })

  it('none in a view that was given up', () => {
    const oracle = createMember(committee, 1)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    expect(types(oracle.at(TIMING.epochMs + TIMING.viewMs).tick())).toEqual(['timeout'])
    expect(oracle.checked(report, true)).toEqual([])
    expect(oracle.state.attested.size).toBe(0)
    expect(oracle.state.last).toBe(null)
  })

  it('in a later view of the report that was checked before, without another check', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    oracle.checked(report, true)
    const effects = oracle.propose(1, proposeOf(committee, 1, report), certificate(1))
    expect(effects).toEqual([{ type: 'attest', view: 1, report: report.report, digest: report.digest }])
  })

  it('a check that failed is made again in a later view, because it may have been the network', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    oracle.checked(report, false)
    expect(types(oracle.propose(1, proposeOf(committee, 1, report), certificate(1)))).toEqual(['check'])
    expect(oracle.checked(report, true)).toEqual([{ type: 'attest', view: 1, report: report.report, digest: report.digest }])
  })

  it("a faulty leader cannot spoil a report by giving its digest with another block's CID", () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const spoilt = { ...report, report: other.report }
    oracle.propose(0, proposeOf(committee, 0, spoilt))
    // The first check is still running when the honest leader of view 1 proposes the real one.
    expect(types(oracle.propose(1, proposeOf(committee, 1, report), certificate(1)))).toEqual(['check'])
    expect(oracle.checked(spoilt, false)).toEqual([])
    expect(oracle.checked(report, true)).toEqual([{ type: 'attest', view: 1, report: report.report, digest: report.digest }])
  })
})
