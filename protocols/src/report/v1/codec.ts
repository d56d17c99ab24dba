import type { EpochNumber } from '@cortensor/interface'
import {
  blockAmount,
  blockBytes,
  blockCidString,
  blockInt,
  blockList,
  blockMap,
  cidToBlock
} from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { readBlob, readHex32, writeHex32 } from '../../common/v1/checks.js'
import { TOPIC_LIMITS } from '../../common/v1/limits.js'
import { networkIdFromBytes, networkIdToBytes } from '../../common/v1/network-id.js'
import { MAX_COMMITTEE } from '../../oracle/v1/limits.js'
import { anchorFromBlock, anchorToBlock } from './anchor.js'
import { MAX_REPORT_BYTES, MAX_REPORT_DEPTH, MAX_REPORT_ROWS, MAX_REPORT_VALUES } from './limits.js'
import { outcomeFromBlock, outcomeToBlock, resultFromBlock, resultToBlock, rewardFromBlock, rewardToBlock } from './results.js'
import { stateFromBlock, stateToBlock } from './state.js'
import type { Report } from './types.js'

const KEYS = [
  'version',
  'networkId',
  'config',
  'epoch',
  'prev',
  'prevReport',
  'observations',
  'anchor',
  'paidMs',
  'results',
  'outcomes',
  'rewards',
  'resultsRoot',
  'rewardsRoot',
  'totals',
  'state'
] as const

function toBlock(report: Report): Record<(typeof KEYS)[number], unknown> {
  return {
    version: report.version,
    networkId: networkIdToBytes(report.networkId),
    config: writeHex32(report.config, 'config'),
    epoch: report.epoch,
    prev: writeHex32(report.prev, 'prev'),
    prevReport: report.prevReport === null ? null : cidToBlock(report.prevReport, 'prevReport'),
    observations: report.observations,
    anchor: anchorToBlock(report.anchor),
    paidMs: report.paidMs,
    results: report.results.map(resultToBlock),
    outcomes: report.outcomes.map(outcomeToBlock),
    rewards: report.rewards.map(rewardToBlock),
    resultsRoot: writeHex32(report.resultsRoot, 'resultsRoot'),
    rewardsRoot: writeHex32(report.rewardsRoot, 'rewardsRoot'),
    totals: { results: report.totals.results, rewards: report.totals.rewards },
    state: stateToBlock(report.state)
  }
}

function totalsFromBlock(block: unknown): Report['totals'] {
  const map = blockMap(block, ['results', 'rewards'], 'totals')
  return {
    results: blockInt(map.results, 0, Number.MAX_SAFE_INTEGER, 'totals.results'),
    rewards: blockAmount(map.rewards, 'totals.rewards')
  }
}

function fromBlock(block: unknown): Report {
  const map = blockMap(block, KEYS, 'Report')
  const hex32 = (key: 'config' | 'prev' | 'resultsRoot' | 'rewardsRoot') => readHex32(blockBytes(map[key], key), key)
  blockInt(map.version, 1, 1, 'version')
  return {
    version: 1,
    networkId: networkIdFromBytes(blockBytes(map.networkId, 'networkId')),
    config: hex32('config'),
    epoch: blockInt(map.epoch, 1, Number.MAX_SAFE_INTEGER, 'epoch') as EpochNumber,
    prev: hex32('prev'),
    prevReport: map.prevReport === null ? null : blockCidString(map.prevReport, 'prevReport'),
    observations: blockList(map.observations, MAX_COMMITTEE, 'observations').map((envelope) =>
      readBlob(blockBytes(envelope, 'observations'), TOPIC_LIMITS.oracle.maxBytes, 'observations')
    ),
    anchor: anchorFromBlock(map.anchor),
    paidMs: blockInt(map.paidMs, 0, Number.MAX_SAFE_INTEGER, 'paidMs'),
    results: blockList(map.results, MAX_REPORT_ROWS, 'results').map(resultFromBlock),
    outcomes: blockList(map.outcomes, MAX_REPORT_ROWS, 'outcomes').map(outcomeFromBlock),
    rewards: blockList(map.rewards, MAX_REPORT_ROWS, 'rewards').map(rewardFromBlock),
    resultsRoot: hex32('resultsRoot'),
    rewardsRoot: hex32('rewardsRoot'),
    totals: totalsFromBlock(map.totals),
    state: stateFromBlock(map.state)
  }
}

const codec = createBlockCodec<Report>({
  name: 'Report',
  maxBytes: MAX_REPORT_BYTES,
  maxDepth: MAX_REPORT_DEPTH,
  maxValues: MAX_REPORT_VALUES,
  toBlock,
  fromBlock
})

/** A dag-cbor block. */
export const encodeReport = codec.encode
export const decodeReport = codec.decode
