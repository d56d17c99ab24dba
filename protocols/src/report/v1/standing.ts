import type { EpochNumber } from '@cortensor/interface'
import { blockBytes, blockIndex, blockInt, blockList, blockRow, blockText, indexToBlock } from '../../common/v1/block-checks.js'
import { readDistinct, readNodeId, writeNodeId } from '../../common/v1/checks.js'
import { QUIZ_CATEGORIES } from '../../quiz/v1/types.js'
import { MAX_SKILL_MILLI, MAX_STAGE_COUNT, MAX_TEMPLATE_NAME_BYTES } from './limits.js'
import type { NodeThroughput, TemplateCalibration } from './quiz-types.js'
import { readThroughput } from './results.js'
import type { RowCodec } from './row-codec.js'
import { type NodeReputation, REPUTATION_STAGES, type ReputationStage, type StageCount } from './types.js'

export const reputationRows: RowCodec<NodeReputation> = {
  keyOf: ({ node }) => node,
  toBlock: ({ epoch, node, rounds, stages }) => [
    writeNodeId(node, 'reputations.node'),
    epoch,
    rounds,
    REPUTATION_STAGES.flatMap((stage) => {
      const count = stages[stage]
      return count === undefined
        ? []
        : [[indexToBlock(stage, REPUTATION_STAGES, 'reputations.stage'), count.entered, count.succeeded]]
    })
  ],
  fromBlock(block) {
    const [node, epoch, rounds, counts] = blockRow(block, 4, 'reputations')
    const found = blockList(counts, REPUTATION_STAGES.length, 'reputations').map((row): [ReputationStage, StageCount] => {
      const [stage, entered, succeeded] = blockRow(row, 3, 'reputations')
      const begun = blockInt(entered, 1, MAX_STAGE_COUNT, 'reputations.entered')
      return [
        blockIndex(stage, REPUTATION_STAGES, 'reputations.stage'),
        { entered: begun, succeeded: blockInt(succeeded, 0, begun, 'reputations.succeeded') }
      ]
    })
    const stages = readDistinct(found, ([stage]) => stage, 'reputations')
    return {
      node: readNodeId(blockBytes(node, 'reputations.node'), 'reputations.node'),
      epoch: blockInt(epoch, 1, Number.MAX_SAFE_INTEGER, 'reputations.epoch') as EpochNumber,
      rounds: blockInt(rounds, 0, Number.MAX_SAFE_INTEGER, 'reputations.rounds'),
      stages: Object.fromEntries(stages)
    }
  }
}

export const throughputRows: RowCodec<NodeThroughput> = {
  keyOf: ({ node }) => node,
  toBlock: ({ answeredTokens, epoch, games, node, rightTokens }) => [
    writeNodeId(node, 'throughputs.node'),
    epoch,
    games,
    answeredTokens,
    rightTokens
  ],
  fromBlock(block) {
    const [node, epoch, games, answered, right] = blockRow(block, 5, 'throughputs')
    return {
      node: readNodeId(blockBytes(node, 'throughputs.node'), 'throughputs.node'),
      epoch: blockInt(epoch, 1, Number.MAX_SAFE_INTEGER, 'throughputs.epoch') as EpochNumber,
      games: blockInt(games, 1, Number.MAX_SAFE_INTEGER, 'throughputs.games'),
      ...readThroughput(answered, right, 'throughputs')
    }
  }
}

export const calibrationRows: RowCodec<TemplateCalibration> = {
  keyOf: ({ category, template }) => `${category}/${template}`,
  toBlock: ({ answers, category, offsetMilli, sdMilli, template }) => [
    indexToBlock(category, QUIZ_CATEGORIES, 'calibrations.category'),
    template,
    offsetMilli,
    sdMilli,
    answers
  ],
  fromBlock(block) {
    const [category, template, offset, sd, answers] = blockRow(block, 5, 'calibrations')
    return {
      category: blockIndex(category, QUIZ_CATEGORIES, 'calibrations.category'),
      template: blockText(template, MAX_TEMPLATE_NAME_BYTES, 'calibrations.template'),
      offsetMilli: blockInt(offset, -MAX_SKILL_MILLI, MAX_SKILL_MILLI, 'calibrations.offsetMilli'),
      sdMilli: blockInt(sd, 1, MAX_SKILL_MILLI, 'calibrations.sdMilli'),
      answers: blockInt(answers, 1, Number.MAX_SAFE_INTEGER, 'calibrations.answers')
    }
  }
}
