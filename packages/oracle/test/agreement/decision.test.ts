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
