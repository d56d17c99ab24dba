import { bytesToHex32, cidFromHash, publicKeyToNodeId } from '@cortensor/crypto'
import type { Address, ModelId, RoundId, SessionId, TaskId } from '@cortensor/interface'
import {
  AGREEMENT_VERDICTS,
  type OutcomeStatus,
  QUIZ_CATEGORIES,
  type QuizOutcome,
  type ReportedResult
} from '@cortensor/protocols'
import { bytesToHex } from '@cortensor/utils'
import fc from 'fast-check'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })
const count = fc.nat({ max: 1_000_000 })
export const node = bytes32.map(publicKeyToNodeId)

export const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => `0x${bytesToHex(bytes)}` as Address)

export const result: fc.Arbitrary<ReportedResult> = fc.record({
  taskId: bytes32.map((bytes) => bytesToHex(bytes) as TaskId),
  router: node,
  miner: node,
  model: bytes32.map((bytes) => bytesToHex(bytes) as ModelId),
  transcript: bytes32.map((bytes) => cidFromHash(bytes)),
  promptTokens: count,
  completionTokens: count,
  session: bytes32.map((bytes) => bytesToHex(bytes) as SessionId),
  fee: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
})

export const outcome: fc.Arbitrary<QuizOutcome> = fc.record({
  roundId: bytes32.map((bytes) => bytesToHex(bytes) as RoundId),
  miner: node,
  model: fc.option(bytes32.map((bytes) => bytesToHex(bytes) as ModelId)),
  status: fc.constantFrom<OutcomeStatus>('scored', 'no_reveal', 'false_reveal'),
  scores: fc
    .subarray([...QUIZ_CATEGORIES], { minLength: 1 })
    .chain((categories) =>
      fc.tuple(
        ...categories.map((category) =>
          fc.record({ category: fc.constant(category), asked: count, correct: count, abilityMilli: fc.constant(0) })
        )
      )
    ),
  agreement: fc.option(fc.record({ verdict: fc.constantFrom(...AGREEMENT_VERDICTS), similarityMicro: fc.nat(1_000_000) })),
  throughput: fc.option(fc.record({ answeredTokens: count, rightTokens: count })),
  shown: fc.constant(null)
})

export const hash = bytes32.map(bytesToHex32)
