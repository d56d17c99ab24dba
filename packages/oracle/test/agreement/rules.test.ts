import { describe, expect, it } from 'vitest'
import type { AgreementEffect, HeldQuorum } from '../../src/agreement/state.js'
import { NO_WORDS, type SignedWords } from '../../src/record/words.js'
import { bytesOf, committeeOf, createMember, hexOf, member, proposeOf, reportOf, TIMING, timeoutOf } from './world.js'

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

describe('rule 6: the views', () => {
  it('time out after T0 times 1.5 for every view, at most an epoch', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    let at = TIMING.epochMs
    for (const [view, lasts] of [2_000, 3_000, 4_500, 6_750, 10_125, 15_000, 15_000].entries()) {
      expect(types(oracle.at(at + lasts - 1).tick())).not.toContain('timeout')
      expect(oracle.at(at + lasts).tick()).toMatchObject([{ type: 'timeout', view }])
      at += lasts
      oracle.at(at)
      oracle.timeout(3, view)
      oracle.timeout(0, view)
      // What the next leader needs and may not have got.
      expect(types(oracle.timeout(1, view))).toContain('observe')
      expect(oracle.state.view).toBe(view + 1)
    }
  })

  it('say it again until the view is left', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const ends = TIMING.epochMs + TIMING.viewMs
    expect(types(oracle.at(ends).tick())).toEqual(['timeout'])
    expect(oracle.at(ends + TIMING.viewMs - 1).tick()).toEqual([])
    expect(types(oracle.at(ends + TIMING.viewMs).tick())).toEqual(['timeout', 'observe'])
  })

  it('are given up with f+1 others, not with f', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    expect(oracle.timeout(0, 0)).toEqual([])
    expect(oracle.timeout(0, 0)).toEqual([])
    expect(oracle.timeout(9, 0)).toEqual([])
    expect(oracle.timeout(1, 0)).toMatchObject([{ type: 'timeout', view: 0 }])
    expect(oracle.state.view).toBe(0)
  })

  it('are left with a quorum of timeouts, also of later views', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.timeout(0, 0)
    oracle.timeout(1, 5)
    expect(oracle.state.view).toBe(0)
    oracle.timeout(3, 0)
    expect(oracle.state.view).toBe(1)
  })

  it('an early timeout of one faulty member keeps nobody from joining the others', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.at(TIMING.epochMs + TIMING.viewMs).tick()
    oracle.timeout(0, 0)
    oracle.timeout(1, 3)
    expect(oracle.timeout(2, 3)).toMatchObject([{ type: 'timeout', view: 3 }])
  })

  it('a member that is behind hears the last timeout of those who moved on, at most four times a T0', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const ends = TIMING.epochMs + TIMING.viewMs
    oracle.at(ends).tick()
    for (const from of [0, 1, 3]) {
      oracle.timeout(from, 0)
    }
    expect(oracle.state.view).toBe(1)
    expect(oracle.timeout(2, 0)).toEqual([])
    expect(types(oracle.at(ends + TIMING.viewMs / 4).timeout(2, 0))).toEqual(['timeout'])
    expect(oracle.timeout(2, 0)).toEqual([])
    expect(oracle.at(ends + TIMING.viewMs).timeout(2, 1)).toEqual([])
  })

  it('so does the one whose timeout ends the view, of a word that was said a while ago', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const ends = TIMING.epochMs + TIMING.viewMs
    oracle.at(ends).tick()
    for (const from of [3, 0]) {
      oracle.timeout(from, 0)
    }
    expect(oracle.state.view).toBe(0)
    expect(types(oracle.at(ends + TIMING.viewMs / 4).timeout(1, 0))).toEqual(['observe', 'timeout'])
    expect(oracle.state.view).toBe(1)
  })

  it('a single member far ahead moves nobody', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    for (let view = 0; view < 1_000; view++) {
      expect(oracle.timeout(0, view)).toEqual([])
    }
    expect(oracle.state.view).toBe(0)
  })

  it('a proposal with a certificate brings its view; without a quorum of other members it is nothing', () => {
    const bad = [
      certificate(1, [0, 1]),
      certificate(1, [0, 1, 1]),
      certificate(1, [0, 1, 9]),
      [...certificate(2, [0, 1]), timeoutOf(committee, 2, 0)]
    ]
    const viewAfter = (view: number, timeouts: ReturnType<typeof certificate>): number => {
      const oracle = createMember(committee, 3)
      oracle.begin()
      oracle.propose(view, proposeOf(committee, view, report), timeouts)
      return oracle.state.view
    }
    // The last one proves that view 0 is over, and not view 1.
    expect(bad.map((timeouts, i) => viewAfter(i === 3 ? 2 : 1, timeouts))).toEqual([0, 0, 0, 1])
    expect(viewAfter(1, certificate(1))).toBe(1)
    // Whoever gave up a later view is through with this one too.
    expect(viewAfter(1, [...certificate(1, [0, 1]), timeoutOf(committee, 2, 3)])).toBe(1)
  })

  it('whoever starts late learns from what came before', () => {
    const oracle = createMember(committee, 3)
    for (const from of [0, 1, 2]) {
      oracle.timeout(from, 2)
    }
    expect(oracle.state.view).toBe(0)
    oracle.begin()
    expect(oracle.state.view).toBe(3)
  })

  it('whoever was away for hundreds of views catches up', () => {
    const oracle = createMember(committee, 2)
    oracle.begin()
    oracle.propose(1, proposeOf(committee, 401, report), certificate(401, [0, 1, 3]))
    expect(oracle.state.view).toBe(401)
    const late = createMember(committee, 2)
    late.begin()
    late.timeout(0, 400)
    expect(late.timeout(1, 400)).toMatchObject([{ type: 'timeout', view: 400 }])
  })
})

describe('rule 7: the decision', () => {
  it('comes with A attestations of one digest in one view, of a report that was checked', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    oracle.checked(report, true)
    oracle.attest(2, 0, report.digest)
    oracle.attest(2, 1, report.digest)
    oracle.attest(1, 1, other.digest)
    expect(oracle.state.phase).toBe('agreeing')
    const effects = oracle.attest(0, 0, report.digest)
    const signatures = [0, 2].map((index) => ({ index, signature: bytesOf(`attest ${index} 0 ${report.digest}`) }))
    const quorum = { view: 0, digest: report.digest, commit: report.commit, signatures }
    expect(effects).toEqual([
      { type: 'quorum', quorum },
      { type: 'commit', quorum }
    ])
    expect(oracle.attest(1, 0, report.digest)).toEqual([])
  })

  const quorumOf = (view: number, of = report): HeldQuorum => ({ view, digest: of.digest, commit: of.commit, signatures: [] })

  it('stops the timer once the chain would take it, and not before', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    expect(types(oracle.quorum(quorumOf(0)))).toEqual(['commit'])
    expect(types(oracle.at(TIMING.epochMs + TIMING.viewMs).tick())).toContain('timeout')
    expect(oracle.accepted(quorumOf(1))).toEqual([])
    expect(oracle.state.phase).toBe('agreeing')
    oracle.accepted(quorumOf(0))
    expect(oracle.state.phase).toBe('decided')
    expect(oracle.at(TIMING.epochMs * 9).tick()).toEqual([])
  })

  it('of somebody else ends the search of one that has not even begun', () => {
    const oracle = createMember(committee, 3)
    oracle.quorum(quorumOf(2))
    oracle.accepted(quorumOf(2))
    expect(oracle.begin().map(({ type }) => type)).toEqual([])
  })

  it('of a higher view takes the place of one that the chain did not take, and no other does', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.quorum(quorumOf(1))
    expect(oracle.quorum(quorumOf(1, other))).toEqual([])
    expect(oracle.quorum(quorumOf(0, other))).toEqual([])
    expect(types(oracle.quorum(quorumOf(2, other)))).toEqual(['commit'])
    oracle.accepted(quorumOf(2, other))
    expect(oracle.quorum(quorumOf(3))).toEqual([])
  })

  it('is said again to those who still give up views, once a T0', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.quorum(quorumOf(0))
    oracle.accepted(quorumOf(0))
    expect(types(oracle.timeout(1, 0))).toEqual(['quorum'])
    expect(oracle.timeout(1, 0)).toEqual([])
    oracle.at(TIMING.epochMs + TIMING.viewMs)
    expect(types(oracle.timeout(2, 0))).toEqual(['quorum'])
  })

  it('of a report that nobody checked here yet waits for the check', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.at(TIMING.epochMs + TIMING.viewMs).tick()
    oracle.attest(0, 0, report.digest)
    oracle.attest(1, 0, report.digest)
    expect(types(oracle.propose(0, proposeOf(committee, 0, report)))).toEqual(['check'])
    expect(types(oracle.checked(report, true))).toEqual(['quorum', 'commit'])
  })

  it('never of a report that does not fit, whoever attested it', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.propose(0, proposeOf(committee, 0, report))
    oracle.checked(report, false)
    expect([0, 1, 2].flatMap((from) => oracle.attest(from, 0, report.digest))).toEqual([])
  })

  it("counts a member's first digest of a view, so that one member cannot crowd out the others", () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    for (let i = 0; i < 100; i++) {
      oracle.attest(0, 0, hexOf(`spam ${i}`))
    }
    oracle.propose(0, proposeOf(committee, 0, report))
    oracle.checked(report, true)
    expect(oracle.attest(0, 0, report.digest)).toEqual([])
    oracle.attest(1, 0, report.digest)
    expect(types(oracle.attest(2, 0, report.digest))).toEqual(['quorum', 'commit'])
  })
})

describe('rule 11: after an interruption', () => {
  const said = (words: Partial<SignedWords>) => createMember(committee, 0, { ...NO_WORDS, ...words })
  const certified = { view: 4, digest: report.digest, report: report.report, timeouts: [bytesOf('timeout')] }

  it('an instance goes on at once, in the highest view that anything was said in', () => {
    expect(
      types(
        said({ timedOut: new Set([1]) })
          .at(1)
          .tick(false)
      )
    ).toContain('observe')
    expect(said({ proposed: new Map([[4, certified]]), timedOut: new Set([3]) }).state.view).toBe(4)
    expect(createMember(committee, 0).at(1).tick(false)).toEqual([])
  })

  it('what may not have left is said again, in the same words', () => {
    const attested = { view: 0, digest: report.digest, report: report.report }
    const oracle = said({ attested: new Map([[0, attested]]), proposed: new Map([[0, { ...attested, timeouts: [] }]]) })
    expect(oracle.at(1).tick()).toEqual([
      { type: 'observe' },
      { type: 'attest', ...attested },
      { type: 'repeat', proposal: { ...attested, timeouts: [] } }
    ])
    expect(oracle.at(2).tick()).toEqual([])
    // It leads the first view, and holds the observations of all: nothing else is proposed.
    expect([1, 2, 3].flatMap((from) => oracle.observe(from))).toEqual([])
    expect(
      said({ proposed: new Map([[4, certified]]) })
        .at(1)
        .tick()
    ).toContainEqual({ type: 'repeat', proposal: certified })
  })

  it('nothing is said again in a view that was given up, but that it was', () => {
    const attested = { view: 0, digest: report.digest, report: report.report }
    const proposed = new Map([[0, { ...attested, timeouts: [] }]])
    const oracle = said({ attested: new Map([[0, attested]]), proposed, timedOut: new Set([0]) })
    expect(types(oracle.at(1).tick())).toEqual(['observe', 'timeout', 'observe'])
    expect(oracle.state.last).toEqual(attested)
  })

  it('a proposal of which only the view is known is not made up again', () => {
    const oracle = said({ proposed: new Map([[0, null]]) })
    const effects = [...oracle.at(1).tick(), ...[0, 1, 2, 3].flatMap((from) => oracle.observe(from))]
    expect(types(effects)).toEqual(['observe'])
  })
})

describe('memory', () => {
  const sizeOf = (oracle: ReturnType<typeof createMember>): number => {
    const { attestations, checks, observations, proposals, timeouts } = oracle.state
    const nested = [...attestations.values(), ...timeouts.values()].reduce((sum, map) => sum + map.size, 0)
    return checks.size + observations.size + proposals.size + nested
  }

  it('stays small whatever one faulty member says', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    const before = sizeOf(oracle)
    for (let view = 0; view < 500; view++) {
      oracle.timeout(0, view)
      oracle.timeout(0, view, { view, ...reportOf(`last ${view}`) })
      oracle.attest(0, view, hexOf(`digest ${view}`))
      oracle.attest(0, 0, hexOf(`digest ${view}`))
      const mine = [timeoutOf(committee, 0, view - 1), timeoutOf(committee, 0, view + 7)]
      oracle.propose(0, proposeOf(committee, view, reportOf(`report ${view}`)), mine)
    }
    expect(sizeOf(oracle) - before).toBeLessThan(50)
    expect(oracle.state.view).toBe(0)
  })

  it('keeps no certificates', () => {
    const oracle = createMember(committee, 3)
    oracle.begin()
    oracle.propose(1, { ...proposeOf(committee, 1, report), timeouts: [new Uint8Array(500)] }, certificate(1))
    expect(oracle.state.proposals.get(1)?.timeouts).toEqual([])
    expect(oracle.state.timeouts.get(member(2))?.size).toBe(1)
  })
})
