import { blockCid } from '@cortensor/crypto'
import type { Address, CidString } from '@cortensor/interface'
import {
  DATASET_LINES_BYTES,
  encodeDatasetLinks,
  encodeDatasetRoot,
  encodeDatasetRow,
  MAX_DATASET_LINK_BLOCKS,
  MAX_DATASET_LINKS,
  type PanelOpinion
} from '@cortensor/protocols'
import { datasetRows, type ExplainedRound, messageCid, messagesOf } from '@cortensor/scoring'
import { concatBytes, utf8ToBytes } from '@cortensor/utils'
import { nodeError } from '../errors.js'

/** What a dataset follows from. */
export interface DatasetInit {
  chainId: number
  registry: Address
  /** SPDX identifier of what the rows may be used under. */
  license: string
  /** One epoch after another. */
  epochs: readonly DatasetEpoch[]
}

export interface DatasetEpoch {
  /** CID of the report. */
  report: CidString
  rounds: readonly ExplainedRound[]
  /** Panels that ended in it, of rounds of this epoch or of earlier ones. */
  opinions: readonly PanelOpinion[]
}

export interface Dataset {
  root: CidString
  /** Each is one row, without its line feed. */
  lines: readonly string[]
  /** Ids of the envelopes that the rows follow from. */
  messages: readonly string[]
  /** The root, the lines, and the links to the messages; neither messages nor reports. */
  blocks: ReadonlyMap<CidString, Uint8Array>
}

/** The dataset of some epochs: the same bytes for everybody. Throws `NODE_DATASET_TOO_LARGE`. */
export function buildDataset({ chainId, epochs, license, registry }: DatasetInit): Dataset {
  const opinions = epochs.flatMap((one) => one.opinions)
  const lines = epochs.flatMap(({ report, rounds }) => datasetRows(rounds, { report, license, opinions }).map(encodeDatasetRow))
  const counted = epochs.flatMap(({ rounds }) =>
    rounds.filter(({ answers, excluded }) => excluded === null && answers.length > 0)
  )
  const messages = [...new Set(counted.flatMap(messagesOf))].sort()
  const blocks = new Map<CidString, Uint8Array>()
  const add = (block: Uint8Array, codec: 'dag-cbor' | 'raw'): CidString => {
    const cid = blockCid(block, codec)
    blocks.set(cid, block)
    return cid
  }
  const links: CidString[] = []
  for (let i = 0; i < messages.length; i += MAX_DATASET_LINKS) {
    links.push(add(encodeDatasetLinks(messages.slice(i, i + MAX_DATASET_LINKS).map(messageCid)), 'dag-cbor'))
  }
  if (links.length > MAX_DATASET_LINK_BLOCKS) {
    throw nodeError('NODE_DATASET_TOO_LARGE', `These are ${messages.length} messages, more than a dataset has; take fewer epochs`)
  }
  const root = add(
    encodeDatasetRoot({
      ...{ version: 1, chainId, registry, license },
      reports: epochs.map(({ report }) => report),
      rows: lines.length,
      lines: cutLines(lines).map((block) => add(block, 'raw')),
      messages: links
    }),
    'dag-cbor'
  )
  return { root, lines, messages, blocks }
}

/** Blocks of whole lines. */
function cutLines(lines: readonly string[]): Uint8Array[] {
  const blocks: Uint8Array[] = []
  let open: Uint8Array[] = []
  let size = 0
  for (const line of lines) {
    const bytes = utf8ToBytes(`${line}\n`)
    if (size > 0 && size + bytes.byteLength > DATASET_LINES_BYTES) {
      blocks.push(concatBytes(...open))
      open = []
      size = 0
    }
    open.push(bytes)
    size += bytes.byteLength
  }
  return size > 0 ? [...blocks, concatBytes(...open)] : blocks
}
