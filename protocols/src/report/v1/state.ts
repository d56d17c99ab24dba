import type { EpochNumber } from '@cortensor/interface'
import {
  blockAmount,
  blockBytes,
  blockIndex,
  blockInt,
  blockList,
  blockMap,
  blockRow,
  blockText,
  indexToBlock
} from '../../common/v1/block-checks.js'
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
import { MAX_CATEGORIES } from '../../quiz/v1/limits.js'
import { QUIZ_CATEGORIES } from '../../quiz/v1/types.js'
import { MAX_CONSUMED_KEY_BYTES, MAX_REPORT_ROWS, MAX_SKILL_COUNT } from './limits.js'
import { readRising } from './results.js'
import type { LedgerState, Report, SkillCount } from './types.js'

type State = Report['state']

/** A hash takes half the room as bytes. */
const HASH_KEY = /^[0-9a-f]{64}$/

/** One row a node: its id is the larger part of a skill. */
function skillsToBlock(skills: readonly SkillCount[]): unknown {
  const rows: [Uint8Array, unknown[]][] = []
  let node: string | undefined
  for (const skill of skills) {
    if (skill.node !== node) {
      node = skill.node
      rows.push([writeNodeId(skill.node, 'skills.node'), []])
    }
    rows.at(-1)?.[1].push([indexToBlock(skill.category, QUIZ_CATEGORIES, 'skills.category'), skill.asked, skill.correct])
  }
  return rows
}

function skillsOfNode(block: unknown): SkillCount[] {
  const [node, counts] = blockRow(block, 2, 'skills')
  const nodeId = readNodeId(blockBytes(node, 'skills.node'), 'skills.node')
  const rows = readList(blockList(counts, MAX_CATEGORIES, 'skills'), 1, MAX_CATEGORIES, 'skills').map((count) => {
    const [category, asked, correct] = blockRow(count, 3, 'skills')
    return {
      node: nodeId,
      category: blockIndex(category, QUIZ_CATEGORIES, 'skills.category'),
      asked: blockInt(asked, 0, MAX_SKILL_COUNT, 'skills.asked'),
      correct: blockInt(correct, 0, MAX_SKILL_COUNT, 'skills.correct')
    }
  })
  return readDistinct(rows, (row) => row.category, 'skills')
}

function skillsFromBlock(block: unknown): SkillCount[] {
  const groups = blockList(block, MAX_REPORT_ROWS, 'skills').map(skillsOfNode)
  return readRising(groups, (group) => group[0]?.node ?? '', 'skills').flat()
}

type Consumed = LedgerState['consumed'][number]

const consumedToBlock = ({ key, expiryMs }: Consumed, cutoffMs: number): unknown => [
  HASH_KEY.test(key) ? writeId(key, 'consumed.key') : key,
  expiryMs - cutoffMs
]

function consumedFromBlock(block: unknown, cutoffMs: number): Consumed {
  const [key, left] = blockRow(block, 2, 'consumed')
  const expiryMs = cutoffMs + blockInt(left, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'consumed.expiryMs')
  blockInt(expiryMs, 0, Number.MAX_SAFE_INTEGER, 'consumed.expiryMs')
  if (key instanceof Uint8Array) {
    return { key: readId(key, 'consumed.key'), expiryMs }
  }
  if (typeof key !== 'string') {
    throw wireError('WIRE_MALFORMED', 'consumed.key must be text or 32 bytes')
  }
  return { key: blockText(key, MAX_CONSUMED_KEY_BYTES, 'consumed.key', 1), expiryMs }
}

export function stateToBlock(state: State): unknown {
  return {
    epoch: state.epoch,
    cutoffMs: state.cutoffMs,
    bindings: state.bindings.map(({ node, operator }) => [
      writeNodeId(node, 'bindings.node'),
      writeAddress(operator, 'bindings.operator')
    ]),
    cumulative: state.cumulative.map(({ operator, amount }) => [writeAddress(operator, 'cumulative.operator'), amount]),
    skills: skillsToBlock(state.skills),
    consumed: state.consumed.map((item) => consumedToBlock(item, state.cutoffMs))
  }
}

function bindingFromBlock(block: unknown): LedgerState['bindings'][number] {
  const [node, operator] = blockRow(block, 2, 'bindings')
  return {
    node: readNodeId(blockBytes(node, 'bindings.node'), 'bindings.node'),
    operator: readAddress(blockBytes(operator, 'bindings.operator'), 'bindings.operator')
  }
}

function cumulativeFromBlock(block: unknown): LedgerState['cumulative'][number] {
  const [operator, amount] = blockRow(block, 2, 'cumulative')
  return {
    operator: readAddress(blockBytes(operator, 'cumulative.operator'), 'cumulative.operator'),
    amount: blockAmount(amount, 'cumulative.amount')
  }
}

export function stateFromBlock(block: unknown): State {
  const map = blockMap(block, ['epoch', 'cutoffMs', 'bindings', 'cumulative', 'skills', 'consumed'], 'state')
  const cutoffMs = blockInt(map.cutoffMs, 0, Number.MAX_SAFE_INTEGER, 'state.cutoffMs')
  const bindings = blockList(map.bindings, MAX_REPORT_ROWS, 'bindings').map(bindingFromBlock)
  const cumulative = blockList(map.cumulative, MAX_REPORT_ROWS, 'cumulative').map(cumulativeFromBlock)
  const consumed = blockList(map.consumed, MAX_REPORT_ROWS, 'consumed').map((item) => consumedFromBlock(item, cutoffMs))
  return {
    epoch: blockInt(map.epoch, 1, Number.MAX_SAFE_INTEGER, 'state.epoch') as EpochNumber,
    cutoffMs,
    bindings: readRising(bindings, (binding) => binding.node, 'bindings'),
    cumulative: readRising(cumulative, (entry) => entry.operator, 'cumulative'),
    skills: skillsFromBlock(map.skills),
    consumed: readRising(consumed, (item) => item.key, 'consumed')
  }
}
