import type { CidString } from '@cortensor/interface'
import {
  blockBytes,
  blockCidString,
  blockInt,
  blockList,
  blockMap,
  blockText,
  cidToBlock,
  textToBlock
} from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { readAddress, writeAddress } from '../../common/v1/checks.js'
import {
  MAX_DATASET_LINE_BLOCKS,
  MAX_DATASET_LINK_BLOCKS,
  MAX_DATASET_LINKS,
  MAX_DATASET_REPORTS,
  MAX_DATASET_ROOT_BYTES,
  MAX_LICENSE_BYTES
} from './limits.js'
import type { DatasetRoot } from './types.js'

const KEYS = ['version', 'chainId', 'registry', 'license', 'reports', 'rows', 'lines', 'messages'] as const

function toBlock(root: DatasetRoot): Record<(typeof KEYS)[number], unknown> {
  return {
    version: root.version,
    chainId: root.chainId,
    registry: writeAddress(root.registry, 'registry'),
    license: textToBlock(root.license),
    reports: root.reports.map((cid) => cidToBlock(cid, 'reports')),
    rows: root.rows,
    lines: root.lines.map((cid) => cidToBlock(cid, 'lines', 'raw')),
    messages: root.messages.map((cid) => cidToBlock(cid, 'messages'))
  }
}

function fromBlock(block: unknown): DatasetRoot {
  const map = blockMap(block, KEYS, 'DatasetRoot')
  blockInt(map.version, 1, 1, 'version')
  const links = (key: 'reports' | 'lines' | 'messages', max: number): CidString[] =>
    blockList(map[key], max, key).map((cid) => blockCidString(cid, key, key === 'lines' ? 'raw' : 'dag-cbor'))
  return {
    version: 1,
    chainId: blockInt(map.chainId, 1, Number.MAX_SAFE_INTEGER, 'chainId'),
    registry: readAddress(blockBytes(map.registry, 'registry'), 'registry'),
    license: blockText(map.license, MAX_LICENSE_BYTES, 'license', 1),
    reports: links('reports', MAX_DATASET_REPORTS),
    rows: blockInt(map.rows, 0, Number.MAX_SAFE_INTEGER, 'rows'),
    lines: links('lines', MAX_DATASET_LINE_BLOCKS),
    messages: links('messages', MAX_DATASET_LINK_BLOCKS)
  }
}

const root = createBlockCodec<DatasetRoot>({
  name: 'DatasetRoot',
  maxBytes: MAX_DATASET_ROOT_BYTES,
  maxDepth: 3,
  maxValues: MAX_DATASET_REPORTS + MAX_DATASET_LINE_BLOCKS + MAX_DATASET_LINK_BLOCKS + 2 * KEYS.length + 1,
  toBlock,
  fromBlock
})

/** The dag-cbor block whose CID names the dataset. */
export const encodeDatasetRoot = root.encode
export const decodeDatasetRoot = root.decode

const links = createBlockCodec<CidString[]>({
  name: 'DatasetLinks',
  maxBytes: MAX_DATASET_ROOT_BYTES,
  maxDepth: 2,
  maxValues: MAX_DATASET_LINKS + 1,
  toBlock: (cids) => cids.map((cid) => cidToBlock(cid, 'messages', 'raw')),
  fromBlock: (block) => blockList(block, MAX_DATASET_LINKS, 'messages').map((cid) => blockCidString(cid, 'messages', 'raw'))
})

/** Links to signed messages, as a dag-cbor block. */
export const encodeDatasetLinks = links.encode
export const decodeDatasetLinks = links.decode
