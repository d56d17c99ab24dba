import type { ModelId, RoundId, TaskId } from '@cortensor/interface'
import { blockBytes, blockInt, blockList, blockMap, blockText } from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { readId, readList, readNodeId, writeId, writeNodeId } from '../../common/v1/checks.js'
import { wireError } from '../../common/v1/errors.js'
import { MAX_FINGERPRINT_BYTES } from '../../common/v1/limits.js'
import { networkIdFromBytes, networkIdToBytes } from '../../common/v1/network-id.js'
import { MAX_ROUND_ITEMS } from '../../quiz/v1/limits.js'
import { generationFromBlock, generationToBlock } from './generation.js'
import { MAX_TRANSCRIPT_BYTES, MAX_TRANSCRIPT_DEPTH, MAX_TRANSCRIPT_VALUES } from './limits.js'
import type { Transcript } from './types.js'

type Subject = Transcript['subject']

const subjectToBlock = (subject: Subject): unknown =>
  subject.type === 'task'
    ? { task: writeId(subject.taskId, 'subject.task') }
    : { round: writeId(subject.roundId, 'subject.round') }

function subjectFromBlock(block: unknown): Subject {
  if (typeof block === 'object' && block !== null && Object.hasOwn(block, 'task')) {
    const { task } = blockMap(block, ['task'], 'subject')
    return { type: 'task', taskId: readId<TaskId>(blockBytes(task, 'subject.task'), 'subject.task') }
  }
  const { round } = blockMap(block, ['round'], 'subject')
  return { type: 'quiz', roundId: readId<RoundId>(blockBytes(round, 'subject.round'), 'subject.round') }
}

function toBlock(transcript: Transcript): unknown {
  return {
    version: transcript.version,
    networkId: networkIdToBytes(transcript.networkId),
    subject: subjectToBlock(transcript.subject),
    miner: writeNodeId(transcript.miner, 'miner'),
    model: writeId(transcript.model, 'model'),
    fingerprint: transcript.fingerprint,
    generations: transcript.generations.map(generationToBlock)
  }
}

function fromBlock(block: unknown): Transcript {
  const keys = ['version', 'networkId', 'subject', 'miner', 'model', 'fingerprint', 'generations'] as const
  const map = blockMap(block, keys, 'Transcript')
  blockInt(map.version, 1, 1, 'version')
  const subject = subjectFromBlock(map.subject)
  const generations = readList(blockList(map.generations, MAX_ROUND_ITEMS, 'generations'), 1, MAX_ROUND_ITEMS, 'generations')
  if (subject.type === 'task' && generations.length !== 1) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `A task has one generation, got ${generations.length}`)
  }
  return {
    version: 1,
    networkId: networkIdFromBytes(blockBytes(map.networkId, 'networkId')),
    subject,
    miner: readNodeId(blockBytes(map.miner, 'miner'), 'miner'),
    model: readId<ModelId>(blockBytes(map.model, 'model'), 'model'),
    fingerprint: blockText(map.fingerprint, MAX_FINGERPRINT_BYTES, 'fingerprint'),
    generations: generations.map(generationFromBlock)
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

/** A dag-cbor block. Fractions of the sampling parameters are rounded to millionths. */
export const encodeTranscript = codec.encode
export const decodeTranscript = codec.decode
