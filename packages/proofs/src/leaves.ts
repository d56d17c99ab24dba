import { bytesToHex32, keccak256, ZERO_HEX32 } from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import {
  AGREEMENT_VERDICTS,
  type OutcomeStatus,
  QUIZ_CATEGORIES,
  type QuizOutcome,
  type ReportedResult
} from '@cortensor/protocols'
import { concatBytes, utf8ToBytes } from '@cortensor/utils'
import { amountToWord, cidToWord, countToWord, idToWord, nodeToWord } from './words.js'

/** The first word of a leaf, so that a result can never be read as an outcome. */
const RESULT_KIND = keccak256(utf8ToBytes('cortensor/report/result/1'))
const OUTCOME_KIND = keccak256(utf8ToBytes('cortensor/report/outcome/1'))

const STATUS_CODES: Readonly<Record<OutcomeStatus, number>> = {
  scored: 1,
  no_reveal: 2,
  false_reveal: 3,
  late: 4,
  malformed: 5
}

/** Hashed twice: an inner node hashes 64 bytes, a leaf 32, so neither can pass for the other. */
const leafOf = (...words: Uint8Array[]): Hex32 => bytesToHex32(keccak256(keccak256(concatBytes(...words))))

/** A result's leaf in the tree under `resultsRoot`. Throws a `RangeError` when an id or CID is not of this network's form. */
export function resultLeaf(result: ReportedResult): Hex32 {
  return leafOf(
    RESULT_KIND,
    idToWord(result.taskId),
    nodeToWord(result.router),
    nodeToWord(result.miner),
    idToWord(result.model),
    cidToWord(result.transcript),
    countToWord(result.promptTokens),
    countToWord(result.completionTokens),
    idToWord(result.session),
    amountToWord(result.fee)
  )
}

/**
 * An outcome's leaf in the tree under `resultsRoot`: two words for every category, zero where nothing was asked, so that the order of
 * the scores does not matter, two for its throughput and two for its agreement, zero where there was none.
 */
export function outcomeLeaf(outcome: QuizOutcome): Hex32 {
  const scores = QUIZ_CATEGORIES.flatMap((category) => {
    const score = outcome.scores.find((score) => score.category === category)
    return [countToWord(score?.asked ?? 0), countToWord(score?.correct ?? 0)]
  })
  return leafOf(
    OUTCOME_KIND,
    idToWord(outcome.roundId),
    nodeToWord(outcome.miner),
    idToWord(outcome.model ?? ZERO_HEX32),
    countToWord(STATUS_CODES[outcome.status]),
    ...scores,
    countToWord(outcome.throughput?.answeredTokens ?? 0),
    countToWord(outcome.throughput?.rightTokens ?? 0),
    countToWord(outcome.agreement === null ? 0 : 1 + AGREEMENT_VERDICTS.indexOf(outcome.agreement.verdict)),
    countToWord(outcome.agreement?.similarityMicro ?? 0)
  )
}
