import type { EpochNumber, ModelId, RoundId } from '@cortensor/interface'
import {
  ownBytes,
  readBlob,
  readBytes,
  readCid,
  readCount,
  readDistinct,
  readHex32,
  readId,
  readInt,
  readList,
  readOneOf,
  readText,
  requireOneField,
  writeCid,
  writeHex32,
  writeId
} from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_VIEW, maxPayloadBytes } from '../../common/v1/limits.js'
import { createWireCodec } from '../../common/v1/wire-codec.js'
import { certificateFromWire, certificateToWire } from '../../oracle/v1/certificate.js'
import {
  type RoundBallot as WireBallot,
  type RoundCreate as WireCreate,
  type RoundOpen as WireOpen,
  type RoundPrepare as WirePrepare,
  QuizMessage as WireQuizMessage,
  type RoundRequest as WireRequest,
  type RoundReveal as WireReveal
} from './generated/quiz.js'
import {
  MAX_ANSWER_TEXT_BYTES,
  MAX_AUTHORED_ENVELOPE_BYTES,
  MAX_BALLOT_REPLIES,
  MAX_CATEGORIES,
  MAX_ITEMS_PER_CATEGORY,
  MAX_JUDGE_REPLY_BYTES,
  MAX_PREPARED_QUESTIONS,
  MAX_QUESTION_BYTES,
  MAX_QUIZ_ANSWER_TOKENS,
  MAX_ROUND_ITEMS,
  MAX_ROUND_NODES,
  MAX_SUB_TOPIC_BYTES,
  MAX_TOPIC_NAME_BYTES
} from './limits.js'
import { QUIZ_CATEGORIES, type QuizMessage, ROUND_LEVELS, type RoundAnswer, type RoundLevel, type RoundPlace } from './types.js'

/** Rounds of one epoch and view: one a second for a day stays below. */
const MAX_ROUND_INDEX = 1_000_000
/** What was created, and what was prepared of it. */
const AUTHORED_ENVELOPES = 2

function toWire(message: QuizMessage): WireQuizMessage {
  switch (message.type) {
    case 'request': {
      const { epoch, index, prev, seedBlock, view } = message
      return { request: { epoch, view, prev: writeHex32(prev, 'prev'), index, seedBlock } }
    }
    case 'open':
      return {
        open: {
          epoch: message.epoch,
          view: message.view,
          prev: writeHex32(message.prev, 'prev'),
          index: message.index,
          openedMs: message.openedMs,
          categories: message.categories,
          itemsPerCategory: message.itemsPerCategory,
          maxAnswerTokens: message.maxAnswerTokens,
          seedBlock: message.seedBlock,
          seedBlockHash: writeHex32(message.seedBlockHash, 'seedBlockHash'),
          timeouts: certificateToWire(message.timeouts),
          level: message.level,
          nodes: message.nodes,
          authored: message.authored.map(ownBytes)
        }
      }
    case 'create': {
      const { category, epoch, prev, subTopic, topic } = message
      return { create: { epoch, prev: writeHex32(prev, 'prev'), category, topic, subTopic } }
    }
    case 'prepare':
      return { prepare: { theme: writeId(message.theme, 'theme'), questions: message.questions } }
    case 'precommit':
      return {
        precommit: { roundId: writeId(message.roundId, 'roundId'), commitment: writeHex32(message.commitment, 'commitment') }
      }
    case 'reveal':
      return {
        reveal: {
          roundId: writeId(message.roundId, 'roundId'),
          salt: ownBytes(message.salt),
          modelId: writeId(message.modelId, 'modelId'),
          transcript: writeCid(message.transcript, 'transcript'),
          answers: message.answers
        }
      }
    case 'ballot':
      return {
        ballot: {
          roundId: writeId(message.roundId, 'roundId'),
          salt: ownBytes(message.salt),
          modelId: writeId(message.modelId, 'modelId'),
          transcript: writeCid(message.transcript, 'transcript'),
          replies: message.replies
        }
      }
  }
}

const placeFromWire = (wire: Pick<WireRequest, 'epoch' | 'view' | 'prev' | 'index'>): RoundPlace => ({
  epoch: readInt(wire.epoch, 1, Number.MAX_SAFE_INTEGER, 'epoch') as EpochNumber,
  view: readInt(wire.view, 0, MAX_VIEW, 'view'),
  prev: readHex32(wire.prev, 'prev'),
  index: readInt(wire.index, 0, MAX_ROUND_INDEX, 'index')
})

function openFromWire(wire: WireOpen): QuizMessage {
  const categories = readList(wire.categories, 1, MAX_CATEGORIES, 'categories').map((category) =>
    readOneOf(category, QUIZ_CATEGORIES, 'categories')
  )
  const place = placeFromWire(wire)
  const maxItems = Math.min(MAX_ITEMS_PER_CATEGORY, Math.floor(MAX_ROUND_ITEMS / categories.length))
  return {
    type: 'open',
    ...place,
    openedMs: readCount(wire.openedMs, 'openedMs'),
    categories: readDistinct(categories, String, 'categories'),
    itemsPerCategory: readInt(wire.itemsPerCategory, 1, maxItems, 'itemsPerCategory'),
    maxAnswerTokens: readInt(wire.maxAnswerTokens, 1, MAX_QUIZ_ANSWER_TOKENS, 'maxAnswerTokens'),
    seedBlock: readCount(wire.seedBlock, 'seedBlock'),
    seedBlockHash: readHex32(wire.seedBlockHash, 'seedBlockHash'),
    timeouts: certificateFromWire(wire.timeouts, place.view),
    level: readInt(wire.level, 1, ROUND_LEVELS.length, 'level') as RoundLevel,
    nodes: readInt(wire.nodes, 0, MAX_ROUND_NODES, 'nodes'),
    authored: readList(wire.authored, 0, AUTHORED_ENVELOPES, 'authored').map((envelope) =>
      readBlob(envelope, MAX_AUTHORED_ENVELOPE_BYTES, 'authored')
    )
  }
}

function createFromWire({ category, epoch, prev, subTopic, topic }: WireCreate): QuizMessage {
  return {
    type: 'create',
    epoch: readInt(epoch, 1, Number.MAX_SAFE_INTEGER, 'epoch') as EpochNumber,
    prev: readHex32(prev, 'prev'),
    category: readOneOf(category, QUIZ_CATEGORIES, 'category'),
    topic: readText(topic, MAX_TOPIC_NAME_BYTES, 'topic', 1),
    subTopic: readText(subTopic, MAX_SUB_TOPIC_BYTES, 'subTopic', 1)
  }
}

function prepareFromWire({ questions, theme }: WirePrepare): QuizMessage {
  const asked = readList(questions, 1, MAX_PREPARED_QUESTIONS, 'questions').map((question) =>
    readText(question, MAX_QUESTION_BYTES, 'questions', 1)
  )
  return { type: 'prepare', theme: readId(theme, 'theme'), questions: readDistinct(asked, String, 'questions') }
}

/** By rising item, so that equal answers have equal bytes. */
function readAnswers(wire: readonly RoundAnswer[]): RoundAnswer[] {
  let next = 0
  return readList(wire, 0, MAX_ROUND_ITEMS, 'answers').map((answer) => {
    const item = readInt(answer.item, next, MAX_ROUND_ITEMS - 1, 'answers.item')
    next = item + 1
    return { item, text: readText(answer.text, MAX_ANSWER_TEXT_BYTES, 'answers.text') }
  })
}

function revealFromWire(wire: WireReveal): QuizMessage {
  return {
    type: 'reveal',
    roundId: readId<RoundId>(wire.roundId, 'roundId'),
    salt: readBytes(wire.salt, 32, 'salt'),
    modelId: readId<ModelId>(wire.modelId, 'modelId'),
    transcript: readCid(wire.transcript, 'transcript'),
    answers: readAnswers(wire.answers)
  }
}

function ballotFromWire(wire: WireBallot): QuizMessage {
  return {
    type: 'ballot',
    roundId: readId<RoundId>(wire.roundId, 'roundId'),
    salt: readBytes(wire.salt, 32, 'salt'),
    modelId: readId<ModelId>(wire.modelId, 'modelId'),
    transcript: readCid(wire.transcript, 'transcript'),
    replies: readList(wire.replies, 1, MAX_BALLOT_REPLIES, 'replies').map((reply) =>
      readText(reply, MAX_JUDGE_REPLY_BYTES, 'replies')
    )
  }
}

function fromWire(wire: WireQuizMessage): QuizMessage {
  requireOneField(wire, 'QuizMessage')
  if (wire.open !== undefined) {
    return openFromWire(wire.open)
  }
  if (wire.precommit !== undefined) {
    const roundId = readId<RoundId>(wire.precommit.roundId, 'roundId')
    return { type: 'precommit', roundId, commitment: readHex32(wire.precommit.commitment, 'commitment') }
  }
  if (wire.reveal !== undefined) {
    return revealFromWire(wire.reveal)
  }
  if (wire.request !== undefined) {
    const { request } = wire
    return { type: 'request', ...placeFromWire(request), seedBlock: readCount(request.seedBlock, 'seedBlock') }
  }
  if (wire.create !== undefined) {
    return createFromWire(wire.create)
  }
  if (wire.prepare !== undefined) {
    return prepareFromWire(wire.prepare)
  }
  if (wire.ballot !== undefined) {
    return ballotFromWire(wire.ballot)
  }
  throw wireError('WIRE_MALFORMED', 'QuizMessage has no known field')
}

const codec = createWireCodec<QuizMessage, WireQuizMessage>({
  name: 'QuizMessage',
  maxBytes: maxPayloadBytes('quiz'),
  message: WireQuizMessage,
  toWire,
  fromWire
})

export const encodeQuizMessage = codec.encode
export const decodeQuizMessage = codec.decode
