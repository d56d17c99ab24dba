import type { EpochNumber, RoundId } from '@cortensor/interface'
import { blockBytes, blockIndex, blockInt, blockRow, blockText, indexToBlock, textToBlock } from '../../common/v1/block-checks.js'
import { readId, readNodeId, writeId, writeNodeId } from '../../common/v1/checks.js'
import { MAX_SUB_TOPIC_BYTES, MAX_TOPIC_NAME_BYTES } from '../../quiz/v1/limits.js'
import { QUIZ_CATEGORIES } from '../../quiz/v1/types.js'
import { MAX_AUTHOR_SEATS } from './limits.js'
import { AUTHOR_STAGES, type AuthoredRound, type Commission } from './quiz-types.js'
import type { RowCodec } from './row-codec.js'

/** Wide enough for any number that is exact, so that the text forms compare as the numbers do. */
const EPOCH_DIGITS = String(Number.MAX_SAFE_INTEGER).length

const epochKey = (epoch: EpochNumber): string => String(epoch).padStart(EPOCH_DIGITS, '0')

const readEpoch = (value: unknown, field: string): EpochNumber =>
  blockInt(value, 1, Number.MAX_SAFE_INTEGER, field) as EpochNumber

export const commissionRows: RowCodec<Commission> = {
  keyOf: ({ epoch, rank, stage }) => `${epochKey(epoch)}/${stage}/${String(rank).padStart(3, '0')}`,
  toBlock: ({ epoch, node, rank, stage }) => [
    epoch,
    indexToBlock(stage, AUTHOR_STAGES, 'commissions.stage'),
    rank,
    writeNodeId(node, 'commissions.node')
  ],
  fromBlock(block) {
    const [epoch, stage, rank, node] = blockRow(block, 4, 'commissions')
    return {
      epoch: readEpoch(epoch, 'commissions.epoch'),
      stage: blockIndex(stage, AUTHOR_STAGES, 'commissions.stage'),
      rank: blockInt(rank, 0, MAX_AUTHOR_SEATS - 1, 'commissions.rank'),
      node: readNodeId(blockBytes(node, 'commissions.node'), 'commissions.node')
    }
  }
}

export const authoredRows: RowCodec<AuthoredRound> = {
  keyOf: ({ epoch, roundId }) => `${epochKey(epoch)}/${roundId}`,
  toBlock: ({ category, creator, epoch, isAccepted, preparer, roundId, subTopic, topic }) => [
    epoch,
    writeId(roundId, 'authored.roundId'),
    writeNodeId(creator, 'authored.creator'),
    writeNodeId(preparer, 'authored.preparer'),
    indexToBlock(category, QUIZ_CATEGORIES, 'authored.category'),
    textToBlock(topic),
    textToBlock(subTopic),
    isAccepted ? 1 : 0
  ],
  fromBlock(block) {
    const [epoch, roundId, creator, preparer, category, topic, subTopic, isAccepted] = blockRow(block, 8, 'authored')
    return {
      epoch: readEpoch(epoch, 'authored.epoch'),
      roundId: readId<RoundId>(blockBytes(roundId, 'authored.roundId'), 'authored.roundId'),
      creator: readNodeId(blockBytes(creator, 'authored.creator'), 'authored.creator'),
      preparer: readNodeId(blockBytes(preparer, 'authored.preparer'), 'authored.preparer'),
      category: blockIndex(category, QUIZ_CATEGORIES, 'authored.category'),
      topic: blockText(topic, MAX_TOPIC_NAME_BYTES, 'authored.topic', 1),
      subTopic: blockText(subTopic, MAX_SUB_TOPIC_BYTES, 'authored.subTopic', 1),
      isAccepted: blockInt(isAccepted, 0, 1, 'authored.isAccepted') === 1
    }
  }
}
