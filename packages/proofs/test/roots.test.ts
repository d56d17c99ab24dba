import { falseWindowLeaf, rewardLeaf, sessionIdOf, sessionNumber, settlementLeaf } from '@cortensor/contracts'
import { verifyMerkleProof, ZERO_HEX32 } from '@cortensor/crypto'
import type { Hex32, TaskId } from '@cortensor/interface'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  outcomeLeaf,
  type RewardProof,
  resultLeaf,
  resultsRoot,
  resultsTree,
  rewardProof,
  rewardsTree,
  settlementProof,
  slashingProof
} from '../src/index.js'
import { address, hash, node, outcome, result } from './arbitraries.js'

const results = fc.array(result, { maxLength: 12 })
const outcomes = fc.array(outcome, { maxLength: 12 })
const RUNS = { numRuns: 60 }

describe('results root', () => {
  it('proves every result and every outcome', () => {
    fc.assert(
      fc.property(results, outcomes, (results, outcomes) => {
        const tree = resultsTree(results, outcomes)
        for (const leaf of [...results.map(resultLeaf), ...outcomes.map(outcomeLeaf)]) {
          expect(verifyMerkleProof(tree.root, leaf, tree.proof(leaf) ?? [])).toBe(true)
        }
      }),
      RUNS
    )
  })

  it('proves nothing that is not in it', () => {
    fc.assert(
      fc.property(fc.array(result, { minLength: 1, maxLength: 8 }), result, (results, stranger) => {
        const tree = resultsTree(results, [])
        const leaf = resultLeaf(stranger)
        expect(tree.proof(leaf)).toBeNull()
        for (const other of results) {
          expect(verifyMerkleProof(tree.root, leaf, tree.proof(resultLeaf(other)) ?? [])).toBe(false)
        }
      }),
      RUNS
    )
  })

  it('does not depend on the order', () => {
    fc.assert(
      fc.property(results, outcomes, (results, outcomes) => {
        expect(resultsRoot([...results].reverse(), [...outcomes].reverse())).toBe(resultsRoot(results, outcomes))
      }),
      RUNS
    )
  })

  it('of nothing is zero', () => {
    expect(resultsRoot([], [])).toBe(ZERO_HEX32)
  })
})

describe('leaves', () => {
  it('change with every field of a result', () => {
    fc.assert(
      fc.property(result, result, (one, other) => {
        for (const field of Object.keys(one) as (keyof typeof one)[]) {
          fc.pre(one[field] !== other[field])
          expect(resultLeaf({ ...one, [field]: other[field] })).not.toBe(resultLeaf(one))
        }
      }),
      RUNS
    )
  })

  it('change with every field of an outcome', () => {
    fc.assert(
      fc.property(outcome, outcome, fc.nat(), (one, other, position) => {
        const changed = position % one.scores.length
        const scores = one.scores.map((score, i) => (i === changed ? { ...score, correct: score.correct + 1 } : score))
        expect(outcomeLeaf({ ...one, scores })).not.toBe(outcomeLeaf(one))
        expect(outcomeLeaf({ ...one, scores: one.scores.slice(1) }) === outcomeLeaf(one)).toBe(
          one.scores[0]?.asked === 0 && one.scores[0].correct === 0
        )
        for (const field of ['roundId', 'miner', 'model', 'status'] as const) {
          if (one[field] !== other[field]) {
            expect(outcomeLeaf({ ...one, [field]: other[field] })).not.toBe(outcomeLeaf(one))
          }
        }
      }),
      RUNS
    )
  })
})

describe('rewards', () => {
  const amount = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n })
  const cumulative = fc.uniqueArray(fc.record({ operator: address, amount }), {
    selector: (entry) => entry.operator,
    minLength: 1,
    maxLength: 20
  })

  const settlements = fc.uniqueArray(fc.record({ session: fc.integer({ min: 1, max: 50 }).map(sessionIdOf), final: amount }), {
    selector: (entry) => entry.session,
    maxLength: 10
  })
  const slashing = fc.record({
    operator: address,
    node,
    subject: hash.map((word) => word.slice(2) as TaskId),
    window: fc.nat(1_023)
  })
  const slashings = fc.uniqueArray(slashing, { selector: ({ node, operator }) => `${operator}/${node}`, maxLength: 5 })
  const money = fc.record({ cumulative, settlements, slashings })

  it('gives each operator a proof of exactly its amount, and each session one of its spending', () => {
    fc.assert(
      fc.property(money, hash, (money, wrong) => {
        const { root } = rewardsTree(money)
        const expectProof = (leafOf: (amount: bigint) => Hex32, amount: bigint, found: RewardProof | null) => {
          expect(found?.amount).toBe(amount)
          const proof = found?.proof ?? []
          expect(verifyMerkleProof(root, leafOf(amount), proof)).toBe(true)
          expect(verifyMerkleProof(root, leafOf(amount + 1n), proof)).toBe(false)
          expect(verifyMerkleProof(root, leafOf(amount), [...proof, wrong])).toBe(false)
        }
        for (const { operator, amount } of money.cumulative) {
          expectProof((of) => rewardLeaf(operator, of), amount, rewardProof(money, operator))
        }
        for (const { final, session } of money.settlements) {
          expectProof((of) => settlementLeaf(sessionNumber(session), of), final, settlementProof(money, session))
        }
        for (const slashing of money.slashings) {
          const proof = slashingProof(money, slashing) ?? []
          expect(verifyMerkleProof(root, falseWindowLeaf(slashing), proof)).toBe(true)
          expect(slashingProof(money, { ...slashing, window: slashing.window + 1 })).toBeNull()
        }
      }),
      RUNS
    )
  })

  it('has no proof for an operator without rewards, or a session that spent nothing', () => {
    fc.assert(
      fc.property(money, address, (money, stranger) => {
        fc.pre(money.cumulative.every((entry) => entry.operator !== stranger))
        expect(rewardProof(money, stranger)).toBeNull()
        expect(settlementProof(money, sessionIdOf(51))).toBeNull()
      }),
      RUNS
    )
  })
})
