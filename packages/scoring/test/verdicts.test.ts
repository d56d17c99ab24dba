import type { NodeId } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disputeVerdict, exactWindowOf, firstVerdict, provedVotes, type ToldVote, toSampled } from '../src/audit/verdicts.js'

const sampleOf = (value: number): Uint8Array => new Uint8Array(new Float32Array(8).fill(value).buffer)

const told = fc.record({
  vote: fc.constantFrom('valid', 'invalid', 'withheld', 'inconclusive'),
  window: fc.option(fc.nat(3), { nil: null }),
  isExact: fc.boolean(),
  sample: fc.constantFrom(...[1, 2].map(sampleOf))
}) satisfies fc.Arbitrary<NonNullable<ToldVote['told']>>
const untold = fc.constantFrom('missing', 'untold').map((vote) => ({ vote, told: null }))
const spoken = fc.oneof(
  told.map((own) => ({ vote: own.vote, told: own })),
  untold
) satisfies fc.Arbitrary<Omit<ToldVote, 'auditor'>>

/** The votes of so many auditors. */
const votesOf = (auditors: number): fc.Arbitrary<ToldVote[]> =>
  fc
    .array(spoken, { minLength: auditors, maxLength: auditors })
    .map((votes) => votes.map((vote, i) => ({ auditor: `auditor-${i}` as NodeId, ...vote })))

const against = (votes: readonly ToldVote[]): number =>
  votes.filter(({ vote }) => vote === 'invalid' || vote === 'withheld').length
const asked = fc.record({ isPlanted: fc.boolean(), exactWindows: fc.boolean() })

describe('verdicts of two auditors', () => {
  it('do not depend on their order', () => {
    fc.assert(
      fc.property(votesOf(2), asked, (votes, { exactWindows, isPlanted }) => {
        const judged = (own: readonly ToldVote[]) => firstVerdict(own, isPlanted, { exactWindows })
        expect(judged(votes.toReversed())).toBe(judged(votes))
      })
    )
  })

  it('are against an answer with both votes alone, unless its miner says that it has spoilt it', () => {
    fc.assert(
      fc.property(votesOf(2), fc.boolean(), (votes, exactWindows) => {
        const verdict = firstVerdict(votes, false, { exactWindows })
        // Stake is lost by a dispute alone.
        const isCostly = exactWindows && votes.some(({ told }) => told?.isExact === true)
        expect(verdict === 'invalid' || verdict === 'withheld').toBe(against(votes) === 2 && !isCostly)
      })
    )
  })

  it('are for it with no vote against, and the same shown by all who are for it', () => {
    fc.assert(
      fc.property(votesOf(2), asked, (votes, { exactWindows, isPlanted }) => {
        if (firstVerdict(votes, isPlanted, { exactWindows }) === 'valid') {
          const shown = votes.flatMap((vote) => (vote.vote === 'valid' ? [vote.told?.sample] : []))
          expect([against(votes), isPlanted, new Set(shown.map(String)).size]).toEqual([0, false, 1])
        }
      })
    )
  })
})

describe('verdicts of three auditors of a dispute', () => {
  it('do not depend on their order', () => {
    fc.assert(
      fc.property(votesOf(2), votesOf(3), fc.nat(2), (first, votes, by) => {
        const turned = [...votes.slice(by), ...votes.slice(0, by)]
        const earlier = first.map(toSampled)
        expect(disputeVerdict(turned, earlier)).toBe(disputeVerdict(votes, earlier))
        expect(exactWindowOf(turned) === null).toBe(exactWindowOf(votes) === null)
      })
    )
  })

  it('change nothing by one vote alone: one that lies turns no two that agree', () => {
    fc.assert(
      fc.property(votesOf(2), votesOf(1), fc.constantFrom('valid', 'invalid'), ([first, second], [liar], said) => {
        const honest = [first, second].map((vote) => ({ ...(vote as ToldVote), vote: said }) as ToldVote)
        expect(disputeVerdict([...honest, liar as ToldVote], [])).toBe(said)
      })
    )
  })

  it('name a window that costs stake when two name it as false to the last bit', () => {
    fc.assert(
      fc.property(votesOf(3), (votes) => {
        const named = exactWindowOf(votes)
        const naming = votes.filter(
          (vote) => vote.vote === 'invalid' && vote.told?.isExact === true && vote.told.window === named
        )
        expect(named === null || naming.length >= 2).toBe(true)
      })
    )
  })

  it('leave every vote its own place and sender, and call made up only what is for a valid answer', () => {
    fc.assert(
      fc.property(votesOf(2), votesOf(3), fc.constantFrom('valid', 'invalid', 'inconclusive'), (first, votes, verdict) => {
        const proved = provedVotes({ earlier: first.map(toSampled) }, verdict, votes)
        expect(proved.map(({ auditor }) => auditor)).toEqual([...first, ...votes].map(({ auditor }) => auditor))
        const changed = proved.filter((vote, i) => vote.vote !== [...first, ...votes][i]?.vote)
        expect(changed.every(({ vote }) => vote === 'unproved' && verdict === 'valid')).toBe(true)
      })
    )
  })
})
