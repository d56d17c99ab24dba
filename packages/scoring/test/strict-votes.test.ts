import type { NodeId, TaskId } from '@cortensor/interface'
import { defaultTolerance } from '@cortensor/proofs'
import { type AuditOutcome, type AuditVote, type CountedVote, OPEN_SESSION } from '@cortensor/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overruled, unseatedBy } from '../src/audit/honesty.js'
import { auditWork } from '../src/audit/refund.js'
import { disputeVerdict, exactWindowOf, firstVerdict, provedVotes, type ToldVote, toSampled } from '../src/audit/verdicts.js'

/** Kernels for other processors move a gap of F16 by so much at most: see `docs/proof-of-inference.md`. */
const NOISE = 0.0012
/** Beyond so many times its tolerance an answer is false. */
const DOUBT = 2
const [EQUAL, SHARED] = [defaultTolerance('F16', 'engine'), defaultTolerance('F16', 'none')]

const sampleOf = (value: number): Uint8Array => new Uint8Array(new Float32Array(8).fill(value).buffer)

interface Auditor {
  isEqual: boolean
  /** Between its kernels and the writer's. */
  noise: number
  /** Of the logits that it shows. */
  sampleNoise: number
  hears: 'answer' | 'nothing'
  speaks: 'in time' | 'never' | 'after its promise never'
}

const noise = fc.double({ min: -NOISE, max: NOISE, noNaN: true })
const auditor: fc.Arbitrary<Auditor> = fc.record({
  isEqual: fc.boolean(),
  noise,
  sampleNoise: fc.double({ min: 0, max: 0.22, noNaN: true }),
  hears: fc.constantFrom('answer', 'answer', 'answer', 'nothing'),
  speaks: fc.constantFrom('in time', 'in time', 'in time', 'never', 'after its promise never')
})

/** What an honest auditor says of an answer with such a gap, whose windows may besides differ to the last bit. */
function voteOf({ isEqual, noise, ...own }: Auditor, gap: number, isExact: boolean): AuditVote {
  if (own.hears === 'nothing') {
    return 'withheld'
  }
  const [seen, tolerance] = isEqual ? [gap, EQUAL] : [Math.max(0, gap + noise), SHARED]
  if (seen > DOUBT * SHARED.gap) {
    return 'invalid'
  }
  if (seen > DOUBT * tolerance.gap || (isEqual && isExact)) {
    return 'strict'
  }
  return seen > tolerance.gap ? 'inconclusive' : 'valid'
}

function toldBy(all: readonly Auditor[], name: string, gap: number, isExact: boolean): ToldVote[] {
  return all.map((each, i) => {
    const auditor = `${name}-${i}` as NodeId
    if (each.speaks !== 'in time') {
      return { auditor, vote: each.speaks === 'never' ? 'missing' : 'untold', told: null }
    }
    const vote = voteOf(each, gap, isExact)
    const isFalse = vote === 'invalid' || vote === 'strict'
    const told = {
      ...{ vote, window: isFalse ? 1 : null, isExact: isFalse && isExact && each.isEqual },
      sample: vote === 'withheld' ? new Uint8Array() : sampleOf(3 + each.sampleNoise)
    }
    return { auditor, vote, told }
  })
}

const outcomeOf = (verdict: AuditOutcome['verdict'], votes: CountedVote[], isPlanted = false): AuditOutcome => ({
  ...{ subject: '00'.repeat(32) as TaskId, type: 'task' as const, miner: 'miner' as NodeId, session: OPEN_SESSION },
  ...{ fee: 0n, tokens: 64, verdict, isPlanted, window: null, isExact: false, votes }
})

/** How the audit ends that these told, if need be in a dispute with those. */
function ended(first: ToldVote[], second: ToldVote[], { exactWindows = true, isPlanted = false } = {}): AuditOutcome {
  const verdict = firstVerdict(first, isPlanted, { exactWindows })
  if (verdict !== 'dispute') {
    return outcomeOf(verdict, provedVotes({ earlier: [] }, verdict, first), isPlanted)
  }
  const earlier = first.map(toSampled)
  const last = disputeVerdict(second, earlier)
  return outcomeOf(last, provedVotes({ earlier }, last, second), isPlanted)
}

const gaps = fc.oneof(
  fc.double({ min: 0, max: 0.1, noNaN: true }),
  // Where votes turn.
  fc.tuple(fc.constantFrom(EQUAL.gap, DOUBT * EQUAL.gap, SHARED.gap, DOUBT * SHARED.gap), noise).map(([at, by]) => at + by)
)
const round = (seats: number) => fc.array(auditor, { minLength: seats, maxLength: seats })

describe('honest auditors, with engines equal to the writer or not', () => {
  it('are never overruled, however near its logits are to the right ones', () => {
    fc.assert(
      fc.property(gaps, fc.boolean(), fc.boolean(), round(2), round(3), (gap, isExact, exactWindows, first, second) => {
        const audit = ended(toldBy(first, 'first', gap, isExact), toldBy(second, 'second', gap, isExact), { exactWindows })
        expect(overruled(audit)).toEqual([])
      }),
      { numRuns: 3_000 }
    )
  })

  it('lose no seat for a plant that only equal engines see', () => {
    fc.assert(
      fc.property(gaps, round(2), round(3), (gap, first, second) => {
        const audit = ended(toldBy(first, 'first', gap, false), toldBy(second, 'second', gap, false), { isPlanted: true })
        const lost = unseatedBy(audit).map((node) => audit.votes.find(({ auditor }) => auditor === node)?.vote)
        expect(lost.every((vote) => vote === 'untold')).toBe(true)
      }),
      { numRuns: 2_000 }
    )
  })

  it('refute what only equal engines see where those are the most', () => {
    const [equal, unlike] = [true, false].map((isEqual) => ({
      ...{ isEqual, noise: 0, sampleNoise: 0, hears: 'answer' as const, speaks: 'in time' as const }
    })) as [Auditor, Auditor]
    const verdictOf = (first: Auditor[], second: Auditor[]) =>
      ended(toldBy(first, 'first', 0.01, false), toldBy(second, 'second', 0.01, false)).verdict
    expect(verdictOf([equal, equal], [])).toBe('invalid')
    expect(verdictOf([unlike, unlike], [])).toBe('valid')
    expect(verdictOf([equal, unlike], [equal, equal, unlike])).toBe('invalid')
    expect(verdictOf([equal, unlike], [equal, unlike, unlike])).toBe('valid')
  })
})

describe('an auditor that says of every answer that its engine alone sees a fault', () => {
  const honest: Auditor = { isEqual: false, noise: 0, sampleNoise: 0.1, hears: 'answer', speaks: 'in time' }
  const liar = 'liar' as NodeId
  const lie = (sample: number): ToldVote => ({
    ...{ auditor: liar, vote: 'strict' as const },
    told: { vote: 'strict', window: 0, isExact: false, sample: sampleOf(sample) }
  })
  const others = (seats: number, name: string): ToldVote[] => toldBy(Array(seats).fill(honest), name, 0, false)

  it('refutes nothing alone, is not paid for it, and must have run the model', () => {
    for (const [first, second] of [
      [[lie(3), ...others(1, 'first')], others(3, 'second')],
      [[...others(1, 'first'), lie(3)], others(2, 'second')]
    ] as const) {
      const audit = ended([...first], [...second])
      expect(audit.verdict).toBe('valid')
      expect(overruled(audit)).toEqual([])
      const work = auditWork([audit])
      expect([work.has(liar), work.size]).toEqual([false, first.length + second.length - 1])
    }
    const idle = ended([lie(9), ...others(1, 'first')], others(3, 'second'))
    expect(overruled(idle)).toEqual([{ auditor: liar, vote: 'unproved' }])
    expect(auditWork([outcomeOf('invalid', [{ auditor: liar, vote: 'strict' }])]).get(liar)).toBe(1n)
  })

  it('saves nobody who finds valid what all others can see is not', () => {
    const stamp: ToldVote = {
      ...{ auditor: 'stamp' as NodeId, vote: 'valid' as const },
      told: { vote: 'valid', window: null, isExact: false, sample: new Uint8Array() }
    }
    const seeing = toldBy(Array(2).fill(honest), 'second', 0.05, false)
    const audit = ended([stamp, ...toldBy([honest], 'first', 0.05, false)], [...seeing, lie(3)], {})
    expect(audit.verdict).toBe('invalid')
    expect(overruled(audit)).toEqual([{ auditor: 'stamp', vote: 'valid' }])
    // One alone who finds an answer plainly false overrules nobody.
    const alone = outcomeOf('invalid', [
      ...audit.votes.filter(({ vote }) => vote !== 'invalid'),
      { auditor: liar, vote: 'invalid' }
    ])
    expect(overruled(alone)).toEqual([])
  })
})

describe('a vote by exact windows', () => {
  it('costs stake whether all engines see a fault or equal ones alone', () => {
    const equal: Auditor = { isEqual: true, noise: 0, sampleNoise: 0, hears: 'answer', speaks: 'in time' }
    for (const gap of [0, 0.05]) {
      const second = toldBy([equal, equal, { ...equal, isEqual: false }], 'second', gap, true)
      expect(second.map(({ vote }) => vote)).toEqual(
        gap === 0 ? ['strict', 'strict', 'valid'] : ['invalid', 'invalid', 'invalid']
      )
      const first = toldBy([equal, equal], 'first', gap, true)
      expect(firstVerdict(first, false, { exactWindows: true })).toBe('dispute')
      expect(exactWindowOf(second)).toBe(1)
      expect(ended(first, second).verdict).toBe('invalid')
    }
  })
})
