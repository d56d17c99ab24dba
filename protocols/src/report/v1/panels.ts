import type { EpochNumber, ModelId, NodeId, RoundId } from '@cortensor/interface'
import {
  blockBytes,
  blockCidString,
  blockIndex,
  blockInt,
  blockList,
  blockRow,
  blockText,
  cidToBlock,
  indexToBlock,
  textToBlock
} from '../../common/v1/block-checks.js'
import { readDistinct, readHex32, readId, readNodeId, writeHex32, writeId, writeNodeId } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import {
  CALIBRATION_PAIRS,
  MAX_ANSWER_TEXT_BYTES,
  MAX_BALLOT_REPLIES,
  MAX_JUDGED_ANSWERS,
  MAX_QUESTION_BYTES
} from '../../quiz/v1/limits.js'
import { MAX_JUDGE_PAIRS, MAX_JUDGED_NODES, MAX_PANEL_SEATS } from './limits.js'
import type { BallotStatus, CountedBallot, JudgeStanding, OpenPanel, PanelOpinion } from './panel-types.js'
import type { ShownAnswers } from './quiz-types.js'
import type { RowCodec } from './row-codec.js'

/** By wire number; only ever extended at the end. */
const BALLOT_STATUSES: readonly BallotStatus[] = ['counted', 'silent', 'late', 'malformed']

/** From worse than all others to better than all of them. */
const MAX_SCORE_MILLI = 1_000

const nodeOf = (block: unknown, field: string): NodeId => readNodeId(blockBytes(block, field), field)
const epochOf = (block: unknown, field: string): EpochNumber => blockInt(block, 1, Number.MAX_SAFE_INTEGER, field) as EpochNumber

const nodesToBlock = (nodes: readonly NodeId[], field: string): unknown[] => nodes.map((node) => writeNodeId(node, field))

function nodesFromBlock(block: unknown, max: number, field: string): NodeId[] {
  const nodes = blockList(block, max, field).map((node) => nodeOf(node, field))
  return readDistinct(nodes, String, field)
}

/** What is said of an answer, and then who gave it. */
function answerFromBlock(block: unknown, field: string): { said: unknown; nodes: NodeId[] } {
  const [said, ...nodes] = blockList(block, 1 + MAX_JUDGED_NODES, field)
  if (nodes.length === 0) {
    throw wireError('WIRE_MALFORMED', `${field} names nobody`)
  }
  return { said, nodes: nodesFromBlock(nodes, MAX_JUDGED_NODES, field) }
}

export const panelRows: RowCodec<OpenPanel> = {
  keyOf: ({ roundId }) => roundId,
  toBlock: ({ answers, drawnMs, epoch, judges, question, roundId, seed, tried }) => [
    writeId(roundId, 'panels.roundId'),
    epoch,
    drawnMs,
    writeHex32(seed, 'panels.seed'),
    textToBlock(question),
    answers.map(({ nodes, text }) => [textToBlock(text), ...nodesToBlock(nodes, 'panels.answers')]),
    nodesToBlock(judges, 'panels.judges'),
    nodesToBlock(tried, 'panels.tried')
  ],
  fromBlock(block) {
    const [roundId, epoch, drawnMs, seed, question, answers, judges, tried] = blockRow(block, 8, 'panels')
    return {
      roundId: readId<RoundId>(blockBytes(roundId, 'panels.roundId'), 'panels.roundId'),
      epoch: epochOf(epoch, 'panels.epoch'),
      drawnMs: blockInt(drawnMs, 0, Number.MAX_SAFE_INTEGER, 'panels.drawnMs'),
      seed: readHex32(blockBytes(seed, 'panels.seed'), 'panels.seed'),
      question: blockText(question, MAX_QUESTION_BYTES, 'panels.question'),
      answers: blockList(answers, MAX_JUDGED_ANSWERS, 'panels.answers').map((answer) => {
        const { nodes, said } = answerFromBlock(answer, 'panels.answers')
        return { text: blockText(said, MAX_ANSWER_TEXT_BYTES, 'panels.answers.text'), nodes }
      }),
      judges: nodesFromBlock(judges, MAX_PANEL_SEATS, 'panels.judges'),
      tried: nodesFromBlock(tried, MAX_PANEL_SEATS, 'panels.tried')
    }
  }
}

const shownToBlock = (shown: ShownAnswers | null): unknown[] =>
  shown === null
    ? []
    : [
        cidToBlock(shown.transcript, 'opinions.transcript'),
        shown.count,
        writeHex32(shown.digest, 'opinions.digest'),
        writeHex32(shown.salt, 'opinions.salt')
      ]

function shownFromBlock(block: readonly unknown[]): ShownAnswers | null {
  if (block.length === 0) {
    return null
  }
  const [transcript, count, digest, salt] = blockRow(block, 4, 'opinions.shown')
  return {
    transcript: blockCidString(transcript, 'opinions.transcript'),
    count: blockInt(count, 1, MAX_BALLOT_REPLIES, 'opinions.count'),
    digest: readHex32(blockBytes(digest, 'opinions.digest'), 'opinions.digest'),
    salt: readHex32(blockBytes(salt, 'opinions.salt'), 'opinions.salt')
  }
}

const ballotToBlock = ({ isSeated, model, node, right, shown, status, turned }: CountedBallot): unknown[] => [
  writeNodeId(node, 'opinions.node'),
  isSeated ? 1 : 0,
  indexToBlock(status, BALLOT_STATUSES, 'opinions.status'),
  model === null ? null : writeId(model, 'opinions.model'),
  right,
  turned,
  ...shownToBlock(shown)
]

/** With what was shown, if anything was, at its end. */
function ballotFromBlock(block: unknown): CountedBallot {
  const [node, isSeated, status, model, right, turned, ...shown] = blockList(block, 10, 'opinions.ballots')
  return {
    node: nodeOf(node, 'opinions.node'),
    isSeated: blockInt(isSeated, 0, 1, 'opinions.isSeated') === 1,
    status: blockIndex(status, BALLOT_STATUSES, 'opinions.status'),
    model: model === null ? null : readId<ModelId>(blockBytes(model, 'opinions.model'), 'opinions.model'),
    right: blockInt(right, 0, CALIBRATION_PAIRS, 'opinions.right'),
    turned: blockInt(turned, 0, MAX_BALLOT_REPLIES / 2, 'opinions.turned'),
    shown: shownFromBlock(shown)
  }
}

export const opinionRows: RowCodec<PanelOpinion> = {
  keyOf: ({ roundId }) => roundId,
  toBlock: ({ answers, ballots, roundId }) => [
    writeId(roundId, 'opinions.roundId'),
    answers.map(({ nodes, scoreMilli }) => [scoreMilli, ...nodesToBlock(nodes, 'opinions.answers')]),
    ballots.map(ballotToBlock)
  ],
  fromBlock(block) {
    const [roundId, answers, ballots] = blockRow(block, 3, 'opinions')
    return {
      roundId: readId<RoundId>(blockBytes(roundId, 'opinions.roundId'), 'opinions.roundId'),
      answers: blockList(answers, MAX_JUDGED_ANSWERS, 'opinions.answers').map((answer) => {
        const { nodes, said } = answerFromBlock(answer, 'opinions.answers')
        const scoreMilli = said === null ? null : blockInt(said, -MAX_SCORE_MILLI, MAX_SCORE_MILLI, 'opinions.scoreMilli')
        return { nodes, scoreMilli }
      }),
      ballots: readDistinct(
        blockList(ballots, 2 * MAX_PANEL_SEATS, 'opinions.ballots').map(ballotFromBlock),
        ({ node }) => node,
        'opinions.ballots'
      )
    }
  }
}

export const judgeRows: RowCodec<JudgeStanding> = {
  keyOf: ({ node }) => node,
  toBlock: ({ asked, epoch, model, node, right, rubric }) => [
    writeNodeId(node, 'judges.node'),
    writeId(model, 'judges.model'),
    rubric,
    epoch,
    asked,
    right
  ],
  fromBlock(block) {
    const [node, model, rubric, epoch, asked, right] = blockRow(block, 6, 'judges')
    const pairs = blockInt(asked, 0, MAX_JUDGE_PAIRS, 'judges.asked')
    return {
      node: nodeOf(node, 'judges.node'),
      model: readId<ModelId>(blockBytes(model, 'judges.model'), 'judges.model'),
      rubric: blockInt(rubric, 1, Number.MAX_SAFE_INTEGER, 'judges.rubric'),
      epoch: epochOf(epoch, 'judges.epoch'),
      asked: pairs,
      right: blockInt(right, 0, pairs, 'judges.right')
    }
  }
}
