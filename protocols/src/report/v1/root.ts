import type { EpochNumber } from '@cortensor/interface'
import {
  blockAmount,
  blockBytes,
  blockCidString,
  blockInt,
  blockList,
  blockMap,
  blockRow,
  cidToBlock
} from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { readHex32, writeHex32 } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { networkIdFromBytes, networkIdToBytes } from '../../common/v1/network-id.js'
import {
  MAX_REPORT_BLOCK_BYTES,
  MAX_REPORT_BLOCK_VALUES,
  MAX_REPORT_BYTES,
  MAX_REPORT_DEPTH,
  MAX_SECTION_CHUNKS,
  MAX_SECTION_ROWS
} from './limits.js'
import { SECTION_NAMES, type SectionName } from './sections.js'
import type { ReportRoot, SectionRef } from './types.js'

const KEYS = [
  'version',
  'networkId',
  'config',
  'epoch',
  'prev',
  'prevReport',
  'anchor',
  'draw',
  'funding',
  'cutoffMs',
  'paidMs',
  'excluded',
  'resultsRoot',
  'rewardsRoot',
  'totals',
  'sections'
] as const

const sectionToBlock = ({ rows, bytes, chunks }: SectionRef): unknown => [
  rows,
  bytes,
  chunks.map((cid) => cidToBlock(cid, 'sections.chunks'))
]

function toBlock(root: ReportRoot): Record<(typeof KEYS)[number], unknown> {
  return {
    version: root.version,
    networkId: networkIdToBytes(root.networkId),
    config: writeHex32(root.config, 'config'),
    epoch: root.epoch,
    prev: writeHex32(root.prev, 'prev'),
    prevReport: root.prevReport === null ? null : cidToBlock(root.prevReport, 'prevReport'),
    anchor: { number: root.anchor.number, hash: writeHex32(root.anchor.hash, 'anchor.hash') },
    draw: root.draw === null ? null : { number: root.draw.number, hash: writeHex32(root.draw.hash, 'draw.hash') },
    funding: {
      funded: root.funding.funded,
      maxRewardPerSecond: root.funding.maxRewardPerSecond,
      genesisMs: root.funding.genesisMs
    },
    cutoffMs: root.cutoffMs,
    paidMs: root.paidMs,
    excluded: root.excluded,
    resultsRoot: writeHex32(root.resultsRoot, 'resultsRoot'),
    rewardsRoot: writeHex32(root.rewardsRoot, 'rewardsRoot'),
    totals: { results: root.totals.results, rewards: root.totals.rewards },
    sections: Object.fromEntries(SECTION_NAMES.map((name) => [name, sectionToBlock(root.sections[name])]))
  }
}

function totalsFromBlock(block: unknown): ReportRoot['totals'] {
  const map = blockMap(block, ['results', 'rewards'], 'totals')
  return {
    results: blockInt(map.results, 0, Number.MAX_SAFE_INTEGER, 'totals.results'),
    rewards: blockAmount(map.rewards, 'totals.rewards')
  }
}

function blockRefFromBlock(block: unknown, field: string): ReportRoot['anchor'] {
  const map = blockMap(block, ['number', 'hash'], field)
  return {
    number: blockInt(map.number, 0, Number.MAX_SAFE_INTEGER, `${field}.number`),
    hash: readHex32(blockBytes(map.hash, `${field}.hash`), `${field}.hash`)
  }
}

function fundingFromBlock(block: unknown): ReportRoot['funding'] {
  const map = blockMap(block, ['funded', 'maxRewardPerSecond', 'genesisMs'], 'funding')
  return {
    funded: blockAmount(map.funded, 'funding.funded'),
    maxRewardPerSecond: blockAmount(map.maxRewardPerSecond, 'funding.maxRewardPerSecond'),
    genesisMs: blockInt(map.genesisMs, 0, Number.MAX_SAFE_INTEGER, 'funding.genesisMs')
  }
}

function sectionFromBlock(block: unknown, name: SectionName): SectionRef {
  const [rows, bytes, chunks] = blockRow(block, 3, `sections.${name}`)
  return {
    rows: blockInt(rows, 0, MAX_SECTION_ROWS, `sections.${name}.rows`),
    bytes: blockInt(bytes, 0, MAX_REPORT_BYTES, `sections.${name}.bytes`),
    chunks: blockList(chunks, MAX_SECTION_CHUNKS, `sections.${name}.chunks`).map((cid) => blockCidString(cid, 'sections.chunks'))
  }
}

function sectionsFromBlock(block: unknown): ReportRoot['sections'] {
  const map = blockMap(block, SECTION_NAMES, 'sections')
  const sections = Object.fromEntries(SECTION_NAMES.map((name) => [name, sectionFromBlock(map[name], name)]))
  if (Object.values(sections).reduce((sum, { bytes }) => sum + bytes, 0) > MAX_REPORT_BYTES) {
    throw wireError('WIRE_TOO_LARGE', `A report's sections have at most ${MAX_REPORT_BYTES} bytes together`)
  }
  return sections as ReportRoot['sections']
}

function fromBlock(block: unknown): ReportRoot {
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
    anchor: blockRefFromBlock(map.anchor, 'anchor'),
    draw: map.draw === null ? null : blockRefFromBlock(map.draw, 'draw'),
    funding: fundingFromBlock(map.funding),
    cutoffMs: blockInt(map.cutoffMs, 0, Number.MAX_SAFE_INTEGER, 'cutoffMs'),
    paidMs: blockInt(map.paidMs, 0, Number.MAX_SAFE_INTEGER, 'paidMs'),
    excluded: blockInt(map.excluded, 0, Number.MAX_SAFE_INTEGER, 'excluded'),
    resultsRoot: hex32('resultsRoot'),
    rewardsRoot: hex32('rewardsRoot'),
    totals: totalsFromBlock(map.totals),
    sections: sectionsFromBlock(map.sections)
  }
}

const codec = createBlockCodec<ReportRoot>({
  name: 'Report',
  maxBytes: MAX_REPORT_BLOCK_BYTES,
  maxDepth: MAX_REPORT_DEPTH,
  maxValues: MAX_REPORT_BLOCK_VALUES,
  toBlock,
  fromBlock
})

/** The dag-cbor block whose CID names the report. */
export const encodeReportRoot = codec.encode
export const decodeReportRoot = codec.decode
