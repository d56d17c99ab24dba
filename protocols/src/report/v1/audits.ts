import type { EpochNumber, FalseWindow, ModelId, NodeId, RoundId, SessionId, TaskId } from '@cortensor/interface'
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
  ownBytes,
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
import { wireError } from '../../common/v1/errors.js'
import { MAX_ANSWER_TOKENS, MAX_PROMPT_TOKENS } from '../../common/v1/limits.js'
import { MAX_ROUND_ITEMS } from '../../quiz/v1/limits.js'
import { MAX_AUDIT_SAMPLE_BYTES } from '../../result/v1/limits.js'
import type { AuditRound } from '../../result/v1/types.js'
import { countWindows } from '../../transcript/v1/windows.js'
import type {
  AnswerSource,
  AuditOutcome,
  AuditVerdict,
  CountedVote,
  EarlierVote,
  NodeHonesty,
  PendingAudit
} from './audit-types.js'
import type { RowCodec } from './row-codec.js'

/** By wire number; only ever extended at the end. */
const SOURCE_TYPES: readonly AnswerSource['type'][] = ['task', 'quiz']
const VERDICTS: readonly AuditVerdict[] = ['valid', 'invalid', 'inconclusive', 'unaudited', 'withheld']
const COUNTED_VOTES: readonly CountedVote['vote'][] = [
  'valid',
  'invalid',
  'inconclusive',
  'unsupported',
  'missing',
  'unproved',
  'untold',
  'withheld',
  'strict'
]

/** Auditors of one round: two at first, three in a dispute. */
const MAX_AUDITORS = 3

const nodeOf = (block: unknown, field: string): NodeId => readNodeId(blockBytes(block, field), field)
const countOf = (block: unknown, field: string): number => blockInt(block, 0, Number.MAX_SAFE_INTEGER, field)

const voteToBlock = ({ auditor, vote }: CountedVote): unknown => [
  writeNodeId(auditor, 'votes.auditor'),
  indexToBlock(vote, COUNTED_VOTES, 'votes.vote')
]

function votesFromBlock(block: unknown, max: number): CountedVote[] {
  const votes = blockList(block, max, 'votes').map((row): CountedVote => {
    const [auditor, vote] = blockRow(row, 2, 'votes')
    return { auditor: nodeOf(auditor, 'votes.auditor'), vote: blockIndex(vote, COUNTED_VOTES, 'votes.vote') }
  })
  return readDistinct(votes, ({ auditor }) => auditor, 'votes')
}

function earlierFromBlock(block: unknown): EarlierVote[] {
  const votes = blockList(block, MAX_AUDITORS, 'earlier').map((row): EarlierVote => {
    const [auditor, vote, sample] = blockRow(row, 3, 'earlier')
    const bytes = blockBytes(sample, 'earlier.sample')
    if (bytes.byteLength > MAX_AUDIT_SAMPLE_BYTES) {
      throw wireError('WIRE_LIMIT_EXCEEDED', `earlier.sample must have at most ${MAX_AUDIT_SAMPLE_BYTES} bytes`)
    }
    return {
      auditor: nodeOf(auditor, 'earlier.auditor'),
      vote: blockIndex(vote, COUNTED_VOTES, 'earlier.vote'),
      sample: ownBytes(bytes)
    }
  })
  return readDistinct(votes, ({ auditor }) => auditor, 'earlier')
}

const sourceToBlock = (source: AnswerSource): unknown =>
  source.type === 'task'
    ? [0, writeNodeId(source.router, 'source.router'), source.promptTokens, source.completionTokens]
    : [1, writeHex32(source.digest, 'source.digest'), source.count, writeHex32(source.salt, 'source.salt')]

function sourceFromBlock(block: unknown): AnswerSource {
  const [type] = blockList(block, 4, 'source')
  if (blockInt(type, 0, 1, 'source.type') === 1) {
    const [, digest, count, salt] = blockRow(block, 4, 'source')
    return {
      type: 'quiz',
      digest: readHex32(blockBytes(digest, 'source.digest'), 'source.digest'),
      salt: readHex32(blockBytes(salt, 'source.salt'), 'source.salt'),
      count: blockInt(count, 1, MAX_ROUND_ITEMS, 'source.count')
    }
  }
  const [, router, promptTokens, completionTokens] = blockRow(block, 4, 'source')
  return {
    type: 'task',
    router: nodeOf(router, 'source.router'),
    promptTokens: blockInt(promptTokens, 0, MAX_PROMPT_TOKENS, 'source.promptTokens'),
    completionTokens: blockInt(completionTokens, 0, MAX_ANSWER_TOKENS, 'source.completionTokens')
  }
}

export const pendingRows: RowCodec<PendingAudit> = {
  keyOf: ({ miner, subject }) => `${subject}/${miner}`,
  toBlock: ({ auditors, drawnMs, earlier, epoch, fee, isPlanted, miner, model, round, session, source, subject, transcript }) => [
    writeId(subject, 'pending.subject'),
    writeNodeId(miner, 'pending.miner'),
    writeId(model, 'pending.model'),
    cidToBlock(transcript, 'pending.transcript'),
    sourceToBlock(source),
    writeId(session, 'pending.session'),
    fee,
    epoch,
    round,
    auditors.map((auditor) => writeNodeId(auditor, 'pending.auditors')),
    drawnMs,
    isPlanted ? 1 : 0,
    earlier.map(({ auditor, sample, vote }) => [
      writeNodeId(auditor, 'earlier.auditor'),
      indexToBlock(vote, COUNTED_VOTES, 'earlier.vote'),
      sample
    ])
  ],
  fromBlock(block) {
    const [subject, miner, model, transcript, source, session, fee, epoch, round, auditors, drawnMs, isPlanted, earlier] =
      blockRow(block, 13, 'pending')
    const nodes = blockList(auditors, MAX_AUDITORS, 'pending.auditors').map((node) => nodeOf(node, 'pending.auditors'))
    return {
      subject: readId<TaskId | RoundId>(blockBytes(subject, 'pending.subject'), 'pending.subject'),
      miner: nodeOf(miner, 'pending.miner'),
      model: readId<ModelId>(blockBytes(model, 'pending.model'), 'pending.model'),
      transcript: blockCidString(transcript, 'pending.transcript'),
      source: sourceFromBlock(source),
      session: readId<SessionId>(blockBytes(session, 'pending.session'), 'pending.session'),
      fee: blockAmount(fee, 'pending.fee'),
      epoch: blockInt(epoch, 1, Number.MAX_SAFE_INTEGER, 'pending.epoch') as EpochNumber,
      round: blockInt(round, 0, 1, 'pending.round') as AuditRound,
      auditors: readDistinct(nodes, String, 'pending.auditors'),
      drawnMs: countOf(drawnMs, 'pending.drawnMs'),
      isPlanted: blockInt(isPlanted, 0, 1, 'pending.isPlanted') === 1,
      earlier: earlierFromBlock(earlier)
    }
  }
}

export const auditRows: RowCodec<AuditOutcome> = {
  keyOf: ({ miner, subject }) => `${subject}/${miner}`,
  toBlock: ({ fee, isExact, isPlanted, miner, session, subject, tokens, type, verdict, votes, window }) => [
    writeId(subject, 'audits.subject'),
    indexToBlock(type, SOURCE_TYPES, 'audits.type'),
    writeNodeId(miner, 'audits.miner'),
    writeId(session, 'audits.session'),
    fee,
    tokens,
    indexToBlock(verdict, VERDICTS, 'audits.verdict'),
    isPlanted ? 1 : 0,
    window,
    isExact ? 1 : 0,
    votes.map(voteToBlock)
  ],
  fromBlock(block) {
    const [subject, type, miner, session, fee, tokens, verdict, isPlanted, window, isExact, votes] = blockRow(block, 11, 'audits')
    return {
      subject: readId<TaskId | RoundId>(blockBytes(subject, 'audits.subject'), 'audits.subject'),
      type: blockIndex(type, SOURCE_TYPES, 'audits.type'),
      miner: nodeOf(miner, 'audits.miner'),
      session: readId<SessionId>(blockBytes(session, 'audits.session'), 'audits.session'),
      fee: blockAmount(fee, 'audits.fee'),
      tokens: blockInt(tokens, 0, MAX_ANSWER_TOKENS, 'audits.tokens'),
      verdict: blockIndex(verdict, VERDICTS, 'audits.verdict'),
      isPlanted: blockInt(isPlanted, 0, 1, 'audits.isPlanted') === 1,
      window: window === null ? null : blockInt(window, 0, countWindows(MAX_ANSWER_TOKENS) - 1, 'audits.window'),
      isExact: blockInt(isExact, 0, 1, 'audits.isExact') === 1,
      votes: votesFromBlock(votes, 2 * MAX_AUDITORS)
    }
  }
}

export const honestyRows: RowCodec<NodeHonesty> = {
  keyOf: ({ node }) => node,
  toBlock: ({ checks, contradictions, evidence, isEjected, isUnseated, node, plants, verifiedTokens }) => [
    writeNodeId(node, 'honesty.node'),
    checks,
    contradictions,
    verifiedTokens,
    evidence,
    plants,
    isUnseated ? 1 : 0,
    isEjected ? 1 : 0
  ],
  fromBlock(block) {
    const [node, checks, contradictions, verifiedTokens, evidence, plants, isUnseated, isEjected] = blockRow(block, 8, 'honesty')
    return {
      node: nodeOf(node, 'honesty.node'),
      checks: countOf(checks, 'honesty.checks'),
      contradictions: countOf(contradictions, 'honesty.contradictions'),
      verifiedTokens: countOf(verifiedTokens, 'honesty.verifiedTokens'),
      evidence: blockAmount(evidence, 'honesty.evidence'),
      plants: countOf(plants, 'honesty.plants'),
      isUnseated: blockInt(isUnseated, 0, 1, 'honesty.isUnseated') === 1,
      isEjected: blockInt(isEjected, 0, 1, 'honesty.isEjected') === 1
    }
  }
}

export const slashingRows: RowCodec<FalseWindow> = {
  keyOf: ({ node, operator }) => `${operator}/${node}`,
  toBlock: ({ node, operator, subject, window }) => [
    writeAddress(operator, 'slashings.operator'),
    writeNodeId(node, 'slashings.node'),
    writeId(subject, 'slashings.subject'),
    window
  ],
  fromBlock(block) {
    const [operator, node, subject, window] = blockRow(block, 4, 'slashings')
    return {
      operator: readAddress(blockBytes(operator, 'slashings.operator'), 'slashings.operator'),
      node: nodeOf(node, 'slashings.node'),
      subject: readId<TaskId>(blockBytes(subject, 'slashings.subject'), 'slashings.subject'),
      window: blockInt(window, 0, countWindows(MAX_ANSWER_TOKENS) - 1, 'slashings.window')
    }
  }
}
