import type { AgreementVerdict, ModelId, RoundId, SessionId, TaskId } from '@cortensor/interface'
import {
  blockAmount,
  blockBytes,
  blockCidString,
  blockIndex,
  blockInt,
  blockList,
  blockRow,
  cidToBlock,
  indexToBlock
} from '../../common/v1/block-checks.js'
import {
  readAddress,
  readDistinct,
  readHex32,
  readId,
  readNodeId,
  writeAddress,
  writeHex32,
  writeId,
  writeNodeId
} from '../../common/v1/checks.js'
import { MAX_ANSWER_TOKENS, MAX_PROMPT_TOKENS } from '../../common/v1/limits.js'
import { MAX_CATEGORIES, MAX_ROUND_ITEMS } from '../../quiz/v1/limits.js'
import { QUIZ_CATEGORIES } from '../../quiz/v1/types.js'
import { MAX_SIMILARITY_MICRO, MAX_SKILL_MILLI, MAX_THROUGHPUT_TOKENS } from './limits.js'
import type { CategoryScore, OpenAgreement, OutcomeStatus, QuizOutcome, ShownAnswers, Throughput } from './quiz-types.js'
import type { RowCodec } from './row-codec.js'
import type { NodeReward, ReportedFailure, ReportedResult } from './types.js'

/** By wire number; only ever extended at the end. */
export const OUTCOME_STATUSES: readonly OutcomeStatus[] = ['scored', 'no_reveal', 'false_reveal', 'late', 'malformed']

/** By wire number; only ever extended at the end. */
export const AGREEMENT_VERDICTS: readonly AgreementVerdict[] = ['agree', 'disagree', 'inconclusive']

export const resultRows: RowCodec<ReportedResult> = {
  keyOf: ({ taskId, miner }) => `${taskId}/${miner}`,
  toBlock: (result) => [
    writeId(result.taskId, 'results.taskId'),
    writeNodeId(result.router, 'results.router'),
    writeNodeId(result.miner, 'results.miner'),
    writeId(result.model, 'results.model'),
    cidToBlock(result.transcript, 'results.transcript'),
    result.promptTokens,
    result.completionTokens,
    writeId(result.session, 'results.session'),
    result.fee
  ],
  fromBlock(block) {
    const [taskId, router, miner, model, transcript, promptTokens, completionTokens, session, fee] = blockRow(block, 9, 'results')
    return {
      taskId: readId<TaskId>(blockBytes(taskId, 'results.taskId'), 'results.taskId'),
      router: readNodeId(blockBytes(router, 'results.router'), 'results.router'),
      miner: readNodeId(blockBytes(miner, 'results.miner'), 'results.miner'),
      model: readId<ModelId>(blockBytes(model, 'results.model'), 'results.model'),
      transcript: blockCidString(transcript, 'results.transcript'),
      promptTokens: blockInt(promptTokens, 0, MAX_PROMPT_TOKENS, 'results.promptTokens'),
      completionTokens: blockInt(completionTokens, 0, MAX_ANSWER_TOKENS, 'results.completionTokens'),
      session: readId<SessionId>(blockBytes(session, 'results.session'), 'results.session'),
      fee: blockAmount(fee, 'results.fee')
    }
  }
}

function scoreFromBlock(block: unknown): CategoryScore {
  const [category, asked, correct, ability] = blockRow(block, 4, 'scores')
  const askedCount = blockInt(asked, 0, MAX_ROUND_ITEMS, 'scores.asked')
  return {
    category: blockIndex(category, QUIZ_CATEGORIES, 'scores.category'),
    asked: askedCount,
    correct: blockInt(correct, 0, askedCount, 'scores.correct'),
    abilityMilli: blockInt(ability, -MAX_SKILL_MILLI, MAX_SKILL_MILLI, 'scores.abilityMilli')
  }
}

function throughputFromBlock(block: unknown): Throughput {
  const [answered, right] = blockRow(block, 2, 'throughput')
  return readThroughput(answered, right, 'throughput')
}

/** What was right has been answered. */
export function readThroughput(answered: unknown, right: unknown, field: string): Throughput {
  const answeredTokens = blockInt(answered, 0, MAX_THROUGHPUT_TOKENS, `${field}.answeredTokens`)
  return { answeredTokens, rightTokens: blockInt(right, 0, answeredTokens, `${field}.rightTokens`) }
}

const shownToBlock = ({ count, digest, salt, transcript }: ShownAnswers): unknown => [
  cidToBlock(transcript, 'shown.transcript'),
  count,
  writeHex32(digest, 'shown.digest'),
  writeHex32(salt, 'shown.salt')
]

function shownFromBlock(block: unknown): ShownAnswers {
  const [transcript, count, digest, salt] = blockRow(block, 4, 'shown')
  return {
    transcript: blockCidString(transcript, 'shown.transcript'),
    count: blockInt(count, 1, MAX_ROUND_ITEMS, 'shown.count'),
    digest: readHex32(blockBytes(digest, 'shown.digest'), 'shown.digest'),
    salt: readHex32(blockBytes(salt, 'shown.salt'), 'shown.salt')
  }
}

const agreementToBlock = ({ similarityMicro, verdict }: OpenAgreement): unknown => [
  indexToBlock(verdict, AGREEMENT_VERDICTS, 'agreement.verdict'),
  similarityMicro
]

function agreementFromBlock(block: unknown): OpenAgreement {
  const [verdict, similarity] = blockRow(block, 2, 'agreement')
  return {
    verdict: blockIndex(verdict, AGREEMENT_VERDICTS, 'agreement.verdict'),
    similarityMicro: blockInt(similarity, 0, MAX_SIMILARITY_MICRO, 'agreement.similarityMicro')
  }
}

export const outcomeRows: RowCodec<QuizOutcome> = {
  keyOf: ({ roundId, miner }) => `${roundId}/${miner}`,
  toBlock: (outcome) => [
    writeId(outcome.roundId, 'outcomes.roundId'),
    writeNodeId(outcome.miner, 'outcomes.miner'),
    outcome.model === null ? null : writeId(outcome.model, 'outcomes.model'),
    indexToBlock(outcome.status, OUTCOME_STATUSES, 'outcomes.status'),
    outcome.scores.map(({ abilityMilli, asked, category, correct }) => [
      indexToBlock(category, QUIZ_CATEGORIES, 'scores.category'),
      asked,
      correct,
      abilityMilli
    ]),
    outcome.throughput === null ? null : [outcome.throughput.answeredTokens, outcome.throughput.rightTokens],
    outcome.shown === null ? null : shownToBlock(outcome.shown),
    outcome.agreement === null ? null : agreementToBlock(outcome.agreement)
  ],
  fromBlock(block) {
    const [roundId, miner, model, status, scores, throughput, shown, agreement] = blockRow(block, 8, 'outcomes')
    const rows = blockList(scores, MAX_CATEGORIES, 'scores').map(scoreFromBlock)
    return {
      roundId: readId<RoundId>(blockBytes(roundId, 'outcomes.roundId'), 'outcomes.roundId'),
      miner: readNodeId(blockBytes(miner, 'outcomes.miner'), 'outcomes.miner'),
      model: model === null ? null : readId<ModelId>(blockBytes(model, 'outcomes.model'), 'outcomes.model'),
      status: blockIndex(status, OUTCOME_STATUSES, 'outcomes.status'),
      scores: readDistinct(rows, (row) => row.category, 'scores'),
      throughput: throughput === null ? null : throughputFromBlock(throughput),
      shown: shown === null ? null : shownFromBlock(shown),
      agreement: agreement === null ? null : agreementFromBlock(agreement)
    }
  }
}

export const failureRows: RowCodec<ReportedFailure> = {
  keyOf: ({ taskId, miner }) => `${taskId}/${miner}`,
  toBlock: ({ miner, router, taskId }) => [
    writeId(taskId, 'failures.taskId'),
    writeNodeId(router, 'failures.router'),
    writeNodeId(miner, 'failures.miner')
  ],
  fromBlock(block) {
    const [taskId, router, miner] = blockRow(block, 3, 'failures')
    return {
      taskId: readId<TaskId>(blockBytes(taskId, 'failures.taskId'), 'failures.taskId'),
      router: readNodeId(blockBytes(router, 'failures.router'), 'failures.router'),
      miner: readNodeId(blockBytes(miner, 'failures.miner'), 'failures.miner')
    }
  }
}

export const rewardRows: RowCodec<NodeReward> = {
  // A node's fees may still be due to the operator of an earlier committee.
  keyOf: ({ node, operator }) => `${node}/${operator}`,
  toBlock: (reward) => [
    writeNodeId(reward.node, 'rewards.node'),
    writeAddress(reward.operator, 'rewards.operator'),
    reward.base,
    reward.quiz,
    reward.work
  ],
  fromBlock(block) {
    const [node, operator, base, quiz, work] = blockRow(block, 5, 'rewards')
    return {
      node: readNodeId(blockBytes(node, 'rewards.node'), 'rewards.node'),
      operator: readAddress(blockBytes(operator, 'rewards.operator'), 'rewards.operator'),
      base: blockAmount(base, 'rewards.base'),
      quiz: blockAmount(quiz, 'rewards.quiz'),
      work: blockAmount(work, 'rewards.work')
    }
  }
}
