import { blockAmount, blockBytes, blockIndex, blockInt, blockList, blockRow, indexToBlock } from '../../common/v1/block-checks.js'
import {
  readAddress,
  readDistinct,
  readId,
  readList,
  readNodeId,
  writeAddress,
  writeId,
  writeNodeId
} from '../../common/v1/checks.js'
import { MAX_CATEGORIES } from '../../quiz/v1/limits.js'
import { QUIZ_CATEGORIES } from '../../quiz/v1/types.js'
import { MAX_SKILL_COUNT } from './limits.js'
import type { RowCodec } from './row-codec.js'
import type { LedgerState, SkillCount } from './types.js'

export const bindingRows: RowCodec<LedgerState['bindings'][number]> = {
  keyOf: ({ node }) => node,
  toBlock: ({ node, operator }) => [writeNodeId(node, 'bindings.node'), writeAddress(operator, 'bindings.operator')],
  fromBlock(block) {
    const [node, operator] = blockRow(block, 2, 'bindings')
    return {
      node: readNodeId(blockBytes(node, 'bindings.node'), 'bindings.node'),
      operator: readAddress(blockBytes(operator, 'bindings.operator'), 'bindings.operator')
    }
  }
}

export const cumulativeRows: RowCodec<LedgerState['cumulative'][number]> = {
  keyOf: ({ operator }) => operator,
  toBlock: ({ operator, amount }) => [writeAddress(operator, 'cumulative.operator'), amount],
  fromBlock(block) {
    const [operator, amount] = blockRow(block, 2, 'cumulative')
    return {
      operator: readAddress(blockBytes(operator, 'cumulative.operator'), 'cumulative.operator'),
      amount: blockAmount(amount, 'cumulative.amount')
    }
  }
}

/** All of one node's: its id is the larger part of a skill. */
export const skillRows: RowCodec<readonly SkillCount[]> = {
  keyOf: (skills) => skills[0]?.node ?? '',
  toBlock: (skills) => [
    writeNodeId(skills[0]?.node ?? '', 'skills.node'),
    skills.map(({ category, asked, correct }) => [indexToBlock(category, QUIZ_CATEGORIES, 'skills.category'), asked, correct])
  ],
  fromBlock(block) {
    const [key, counts] = blockRow(block, 2, 'skills')
    const node = readNodeId(blockBytes(key, 'skills.node'), 'skills.node')
    const rows = readList(blockList(counts, MAX_CATEGORIES, 'skills'), 1, MAX_CATEGORIES, 'skills').map((count) => {
      const [category, asked, correct] = blockRow(count, 3, 'skills')
      return {
        node,
        category: blockIndex(category, QUIZ_CATEGORIES, 'skills.category'),
        asked: blockInt(asked, 0, MAX_SKILL_COUNT, 'skills.asked'),
        correct: blockInt(correct, 0, MAX_SKILL_COUNT, 'skills.correct')
      }
    })
    return readDistinct(rows, (row) => row.category, 'skills')
  }
}

/** Wide enough for any number of ms that is exact, so that the text forms compare as the numbers do. */
const EXPIRY_DIGITS = String(Number.MAX_SAFE_INTEGER).length

/** By expiry first: what is new stands at the end and what expires at the beginning, so that the chunks between stay the same. */
export const consumedRows: RowCodec<LedgerState['consumed'][number]> = {
  keyOf: ({ key, expiryMs }) => `${String(expiryMs).padStart(EXPIRY_DIGITS, '0')}/${key}`,
  toBlock: ({ key, expiryMs }) => [writeId(key, 'consumed.key'), expiryMs],
  fromBlock(block) {
    const [key, expiryMs] = blockRow(block, 2, 'consumed')
    return {
      key: readId(blockBytes(key, 'consumed.key'), 'consumed.key'),
      expiryMs: blockInt(expiryMs, 0, Number.MAX_SAFE_INTEGER, 'consumed.expiryMs')
    }
  }
}
