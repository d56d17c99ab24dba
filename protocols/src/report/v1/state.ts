import type { EpochNumber, ModelId } from '@cortensor/interface'
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
import { wireError } from '../../common/v1/errors.js'
import { QUIZ_CATEGORIES } from '../../quiz/v1/types.js'
import { MAX_SKILL_MILLI } from './limits.js'
import type { NodeSkill } from './quiz-types.js'
import type { RowCodec } from './row-codec.js'
import type { LedgerState } from './types.js'

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

/** All of one node's: its id and its model are the larger part of a skill. */
export const skillRows: RowCodec<readonly NodeSkill[]> = {
  keyOf: (skills) => skills[0]?.node ?? '',
  toBlock(skills) {
    const [first] = skills
    if (skills.some(({ model }) => model !== first?.model)) {
      throw wireError('WIRE_MALFORMED', 'All skills of a node are of one model')
    }
    return [
      writeNodeId(first?.node ?? '', 'skills.node'),
      first === undefined || first.model === null ? null : writeId(first.model, 'skills.model'),
      skills.map(({ category, epoch, items, meanMilli, priorMilli, sdMilli }) => [
        indexToBlock(category, QUIZ_CATEGORIES, 'skills.category'),
        meanMilli,
        sdMilli,
        epoch,
        priorMilli,
        items
      ])
    ]
  },
  fromBlock(block) {
    const [key, measured, rows] = blockRow(block, 3, 'skills')
    const node = readNodeId(blockBytes(key, 'skills.node'), 'skills.node')
    const model = measured === null ? null : readId<ModelId>(blockBytes(measured, 'skills.model'), 'skills.model')
    const skills = readList(blockList(rows, QUIZ_CATEGORIES.length, 'skills'), 1, QUIZ_CATEGORIES.length, 'skills').map(
      (row): NodeSkill => {
        const [category, meanMilli, sdMilli, epoch, priorMilli, items] = blockRow(row, 6, 'skills')
        return {
          node,
          model,
          category: blockIndex(category, QUIZ_CATEGORIES, 'skills.category'),
          meanMilli: blockInt(meanMilli, -MAX_SKILL_MILLI, MAX_SKILL_MILLI, 'skills.meanMilli'),
          sdMilli: blockInt(sdMilli, 1, MAX_SKILL_MILLI, 'skills.sdMilli'),
          epoch: blockInt(epoch, 1, Number.MAX_SAFE_INTEGER, 'skills.epoch') as EpochNumber,
          priorMilli: blockInt(priorMilli, -MAX_SKILL_MILLI, MAX_SKILL_MILLI, 'skills.priorMilli'),
          items: blockInt(items, 0, Number.MAX_SAFE_INTEGER, 'skills.items')
        }
      }
    )
    return readDistinct(skills, (row) => row.category, 'skills')
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
