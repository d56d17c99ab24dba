import type { ModelId } from '@cortensor/interface'
import { blockBytes, blockInt, blockList, blockMap, blockText } from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { writeBlock } from '../../common/v1/block-writer.js'
import { readBytes, readHex32, readId, readList, readNodeId, writeHex32, writeId, writeNodeId } from '../../common/v1/checks.js'
import { guard, wireError } from '../../common/v1/errors.js'
import { MAX_FINGERPRINT_BYTES } from '../../common/v1/limits.js'
import { networkIdFromBytes, networkIdToBytes } from '../../common/v1/network-id.js'
import { MAX_ROUND_ITEMS } from '../../quiz/v1/limits.js'
import { generationFromBlock, generationToBlock } from './generation.js'
import { MAX_TRANSCRIPT_BYTES, MAX_TRANSCRIPT_DEPTH, MAX_TRANSCRIPT_VALUES } from './limits.js'
import { closed, isSealed, sealedFromBlock, sealedToBlock } from './sealed.js'
import { subjectFromBlock, subjectToBlock } from './subject.js'
import type { SealedTranscript, StoredTranscript, Transcript } from './types.js'

type Unsigned = Omit<Transcript, 'signature'> | Omit<SealedTranscript, 'signature'>

const isSealedContent = (transcript: Unsigned): transcript is Omit<SealedTranscript, 'signature'> =>
  isSealed(transcript as StoredTranscript)

function contentToBlock(transcript: Unsigned): Record<string, unknown> {
  if (isSealedContent(transcript)) {
    return sealedToBlock(transcript)
  }
  if (transcript.sealing !== undefined) {
    return sealedToBlock(closed(transcript, transcript.sealing))
  }
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

const toBlock = (transcript: StoredTranscript): unknown => ({ ...contentToBlock(transcript), signature: transcript.signature })

const isSealedBlock = (block: unknown): boolean => typeof block === 'object' && block !== null && Object.hasOwn(block, 'body')

function fromBlock(block: unknown): StoredTranscript {
  if (isSealedBlock(block)) {
    return sealedFromBlock(block)
  }
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

const codec = createBlockCodec<StoredTranscript>({
  name: 'Transcript',
  maxBytes: MAX_TRANSCRIPT_BYTES,
  maxDepth: MAX_TRANSCRIPT_DEPTH,
  maxValues: MAX_TRANSCRIPT_VALUES,
  toBlock,
  fromBlock
})

/** What a miner signs: the block without the signature. */
export const unsignedTranscript = (content: Unsigned): Uint8Array =>
  guard('Transcript', () => writeBlock(contentToBlock(content)))

/** The block with the signature over what is signed of it. Throws a `WireErrorCode`, or what `sign` throws. */
export async function encodeSigned(content: Unsigned, sign: (unsigned: Uint8Array) => Promise<Uint8Array>): Promise<Uint8Array> {
  const block = guard('Transcript', () => contentToBlock(content))
  const signature = await sign(guard('Transcript', () => writeBlock(block)))
  return codec.encodeBlock({ ...block, signature })
}

/** A dag-cbor block. Fractions of the sampling parameters are rounded to millionths. */
export const encodeTranscript = codec.encode
/** As it is stored: of a private task with a body that must be opened. */
export const decodeStoredTranscript = codec.decode

/** One that everybody can read; throws a `WireErrorCode` for a sealed one, too. */
export function decodeTranscript(bytes: Uint8Array): Transcript {
  const transcript = decodeStoredTranscript(bytes)
  if (isSealed(transcript)) {
    throw wireError('WIRE_MALFORMED', 'The transcript is sealed: it takes its key to read it')
  }
  return transcript
}
