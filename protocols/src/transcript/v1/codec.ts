import type { ModelId } from '@cortensor/interface'
import * as dagCbor from '@ipld/dag-cbor'
import { blockBytes, blockInt, blockList, blockMap, blockText } from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { readBytes, readHex32, readId, readList, readNodeId, writeHex32, writeId, writeNodeId } from '../../common/v1/checks.js'
import { guard, wireError } from '../../common/v1/errors.js'
import { MAX_FINGERPRINT_BYTES } from '../../common/v1/limits.js'
import { networkIdFromBytes, networkIdToBytes } from '../../common/v1/network-id.js'
import { MAX_ROUND_ITEMS } from '../../quiz/v1/limits.js'
import { generationFromBlock, generationToBlock } from './generation.js'
import { MAX_TRANSCRIPT_BYTES, MAX_TRANSCRIPT_DEPTH, MAX_TRANSCRIPT_VALUES } from './limits.js'
import { subjectFromBlock, subjectToBlock } from './subject.js'
import type { Transcript } from './types.js'

type Unsigned = Omit<Transcript, 'signature'>

function contentToBlock(transcript: Unsigned): Record<string, unknown> {
  return {
    version: transcript.version,
    networkId: networkIdToBytes(transcript.networkId),
    subject: subjectToBlock(transcript.subject),
    miner: writeNodeId(transcript.miner, 'miner'),
    model: writeId(transcript.model, 'model'),
    fingerprint: transcript.fingerprint,
    decodeSpec: writeHex32(transcript.decodeSpec, 'decodeSpec'),
    generations: transcript.generations.map(generationToBlock)
  }
}

const toBlock = (transcript: Transcript): unknown => ({ ...contentToBlock(transcript), signature: transcript.signature })

function fromBlock(block: unknown): Transcript {
  const keys = [
    'version',
    'networkId',
    'subject',
    'miner',
    'model',
    'fingerprint',
    'decodeSpec',
    'generations',
    'signature'
  ] as const
  const map = blockMap(block, keys, 'Transcript')
  blockInt(map.version, 1, 1, 'version')
  const networkId = networkIdFromBytes(blockBytes(map.networkId, 'networkId'))
  const subject = subjectFromBlock(map.subject, networkId)
  const generations = readList(blockList(map.generations, MAX_ROUND_ITEMS, 'generations'), 1, MAX_ROUND_ITEMS, 'generations')
  if (subject.type === 'task' && generations.length !== 1) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `A task has one generation, got ${generations.length}`)
  }
  return {
    version: 1,
    networkId,
    subject,
    miner: readNodeId(blockBytes(map.miner, 'miner'), 'miner'),
    model: readId<ModelId>(blockBytes(map.model, 'model'), 'model'),
    fingerprint: blockText(map.fingerprint, MAX_FINGERPRINT_BYTES, 'fingerprint'),
    decodeSpec: readHex32(blockBytes(map.decodeSpec, 'decodeSpec'), 'decodeSpec'),
    generations: generations.map(generationFromBlock),
    signature: readBytes(blockBytes(map.signature, 'signature'), 64, 'signature')
  }
}

const codec = createBlockCodec<Transcript>({
  name: 'Transcript',
  maxBytes: MAX_TRANSCRIPT_BYTES,
  maxDepth: MAX_TRANSCRIPT_DEPTH,
  maxValues: MAX_TRANSCRIPT_VALUES,
  toBlock,
  fromBlock
})

/** What a miner signs: the block without the signature. */
export const unsignedTranscript = (content: Unsigned): Uint8Array =>
  guard('Transcript', () => dagCbor.encode(contentToBlock(content)))

/** A dag-cbor block. Fractions of the sampling parameters are rounded to millionths. */
export const encodeTranscript = codec.encode
export const decodeTranscript = codec.decode
