import { SEAL_NONCE_BYTES, SEAL_OVERHEAD_BYTES, seal, unseal } from '@cortensor/crypto'
import type { ModelId, Signer, TaskId } from '@cortensor/interface'
import { equalBytes, uint64ToBytes } from '@cortensor/utils'
import { blockBytes, blockInt, blockMap, blockText } from '../../common/v1/block-checks.js'
import { createBlockCodec } from '../../common/v1/block-codec.js'
import { writeBlock } from '../../common/v1/block-writer.js'
import { readBlob, readBytes, readHex32, readId, readNodeId, writeHex32, writeId, writeNodeId } from '../../common/v1/checks.js'
import { guard, wireError } from '../../common/v1/errors.js'
import { MAX_FINGERPRINT_BYTES, maxPayloadBytes } from '../../common/v1/limits.js'
import { networkIdFromBytes, networkIdToBytes } from '../../common/v1/network-id.js'
import { taskIdOf } from '../../task/v1/ids.js'
import { endFromBlock, endToBlock, generationFromBlock, generationToBlock } from './generation.js'
import { keyBoxKey, transcriptKey, windowSalt } from './keys.js'
import { MAX_TRANSCRIPT_BYTES, MAX_TRANSCRIPT_DEPTH, MAX_TRANSCRIPT_VALUES } from './limits.js'
import { readUint64 } from './subject.js'
import type { Generation, SealedTranscript, Sealing, StoredTranscript, Transcript } from './types.js'
import { windowsRoot } from './windows.js'

type Open = Omit<SealedTranscript, 'sealing' | 'signature'>

interface Body {
  userSeed: bigint | null
  generation: Generation
}

const SALT_BYTES = 32
const KEY_BOX_BYTES = SALT_BYTES + SEAL_OVERHEAD_BYTES

/** True for what must be opened before anybody can read it. */
export const isSealed = (transcript: StoredTranscript): transcript is SealedTranscript => 'windowsRoot' in transcript

const bodyCodec = createBlockCodec<Body>({
  name: 'Transcript body',
  maxBytes: MAX_TRANSCRIPT_BYTES,
  maxDepth: MAX_TRANSCRIPT_DEPTH,
  maxValues: MAX_TRANSCRIPT_VALUES,
  toBlock: ({ generation, userSeed }) => ({
    userSeed: userSeed === null ? null : uint64ToBytes(userSeed),
    generation: generationToBlock(generation)
  }),
  fromBlock(block) {
    const { generation, userSeed } = blockMap(block, ['userSeed', 'generation'], 'Transcript body')
    return {
      userSeed: userSeed === null ? null : readUint64(blockBytes(userSeed, 'userSeed')),
      generation: generationFromBlock(generation)
    }
  }
})

function openToBlock(open: Open): Record<string, unknown> {
  const { assignment, taskId } = open.subject
  return {
    version: open.version,
    networkId: networkIdToBytes(open.networkId),
    subject: {
      task: writeId(taskId, 'subject.task'),
      router: writeNodeId(assignment.router, 'subject.router'),
      header: assignment.header
    },
    miner: writeNodeId(open.miner, 'miner'),
    model: writeId(open.model, 'model'),
    fingerprint: open.fingerprint,
    decodeSpec: writeHex32(open.decodeSpec, 'decodeSpec'),
    ...endToBlock(open),
    windowsRoot: open.windowsRoot
  }
}

export const sealedToBlock = ({ sealing, ...open }: Omit<SealedTranscript, 'signature'>): Record<string, unknown> => ({
  ...openToBlock(open),
  keyBox: sealing.keyBox,
  body: sealing.body
})

const KEYS = [
  'version',
  'networkId',
  'subject',
  'miner',
  'model',
  'fingerprint',
  'decodeSpec',
  'finishReason',
  'usage',
  'timings',
  'windowsRoot',
  'keyBox',
  'body',
  'signature'
] as const

/** A task's id must be that of the header. What is in the body shows when somebody opens it. */
export function sealedFromBlock(block: unknown): SealedTranscript {
  const map = blockMap(block, KEYS, 'Transcript')
  blockInt(map.version, 1, 1, 'version')
  const networkId = networkIdFromBytes(blockBytes(map.networkId, 'networkId'))
  const { header, router, task } = blockMap(map.subject, ['task', 'router', 'header'], 'subject')
  const assignment = {
    router: readNodeId(blockBytes(router, 'subject.router'), 'subject.router'),
    header: readBlob(blockBytes(header, 'subject.header'), maxPayloadBytes('task'), 'subject.header')
  }
  const taskId = readId<TaskId>(blockBytes(task, 'subject.task'), 'subject.task')
  if (taskId !== taskIdOf(networkId, assignment.router, assignment.header)) {
    throw wireError('WIRE_MALFORMED', 'subject.task is not the id of the header')
  }
  return {
    version: 1,
    networkId,
    subject: { type: 'task', taskId, assignment },
    miner: readNodeId(blockBytes(map.miner, 'miner'), 'miner'),
    model: readId<ModelId>(blockBytes(map.model, 'model'), 'model'),
    fingerprint: blockText(map.fingerprint, MAX_FINGERPRINT_BYTES, 'fingerprint'),
    decodeSpec: readHex32(blockBytes(map.decodeSpec, 'decodeSpec'), 'decodeSpec'),
    ...endFromBlock(map),
    windowsRoot: readBytes(blockBytes(map.windowsRoot, 'windowsRoot'), 32, 'windowsRoot'),
    sealing: {
      keyBox: readBytes(blockBytes(map.keyBox, 'keyBox'), KEY_BOX_BYTES, 'keyBox'),
      body: readBlob(blockBytes(map.body, 'body'), MAX_TRANSCRIPT_BYTES, 'body')
    },
    signature: readBytes(blockBytes(map.signature, 'signature'), 64, 'signature')
  }
}

/** What everybody may read of a task's transcript. */
function openPartOf(transcript: Omit<Transcript, 'signature'>): Open {
  const { decodeSpec, fingerprint, generations, miner, model, networkId, subject } = transcript
  const [generation] = generations
  if (subject.type !== 'task' || generation === undefined) {
    throw wireError('WIRE_MALFORMED', 'Only answers to tasks are private')
  }
  const { finishReason, timings, tokenIds, usage, windows } = generation
  const { header, router, salt } = subject.assignment
  return {
    ...{ version: 1, networkId, subject: { type: 'task', taskId: subject.taskId, assignment: { router, header } } },
    ...{ miner, model, fingerprint, decodeSpec, finishReason, usage, timings },
    windowsRoot: windowsRoot(tokenIds, windows, windowSalt(salt, subject.taskId, miner))
  }
}

/** A transcript that was opened, as it is stored. */
export const closed = (transcript: Omit<Transcript, 'signature'>, sealing: Sealing): Omit<SealedTranscript, 'signature'> => ({
  ...openPartOf(transcript),
  sealing
})

/** Ties the body to all that stands in the open next to it. */
const contextOf = (open: Open): Uint8Array => guard('Transcript', () => writeBlock(openToBlock(open)))

/** Seals what nobody else is to read of an answer. */
export async function sealBody(
  transcript: Omit<Transcript, 'signature'>,
  signer: Signer,
  randomBytes: (length: number) => Uint8Array
): Promise<Sealing> {
  const open = openPartOf(transcript)
  const [generation] = transcript.generations
  const { subject } = transcript
  if (subject.type !== 'task' || generation === undefined) {
    throw wireError('WIRE_MALFORMED', 'Only answers to tasks are private')
  }
  const { salt, userSeed } = subject.assignment
  const body = bodyCodec.encode({ userSeed, generation })
  const key = transcriptKey(salt, subject.taskId, signer.nodeId)
  return {
    keyBox: seal(salt, randomBytes(SEAL_NONCE_BYTES), { key: await keyBoxKey(signer, subject.taskId) }),
    body: seal(body, randomBytes(SEAL_NONCE_BYTES), { key, context: contextOf(open) })
  }
}

/** The salt of an own private answer; null for one that another miner has sealed. */
export const openKeyBox = async ({ sealing, subject }: SealedTranscript, signer: Signer): Promise<Uint8Array | null> =>
  unseal(sealing.keyBox, { key: await keyBoxKey(signer, subject.taskId) })

/**
 * Opens a private transcript; null when the salt is not the one that it was sealed with. Throws a `WireErrorCode` when its miner has sealed
 * something that is no transcript, or contradicts what it says in the open.
 */
export function openTranscript(sealed: SealedTranscript, salt: Uint8Array): Transcript | null {
  const { sealing, signature, ...open } = sealed
  const { decodeSpec, fingerprint, miner, model, networkId, subject } = open
  const context = contextOf(open)
  const body = unseal(sealing.body, { key: transcriptKey(salt, subject.taskId, miner), context })
  if (body === null) {
    return null
  }
  const { generation, userSeed } = bodyCodec.decode(body)
  const assignment = { ...subject.assignment, salt, userSeed }
  const transcript: Omit<Transcript, 'signature'> = {
    ...{ version: 1, networkId, subject: { ...subject, assignment }, miner, model, fingerprint, decodeSpec },
    generations: [generation],
    sealing
  }
  if (!equalBytes(contextOf(openPartOf(transcript)), context)) {
    throw wireError('WIRE_MALFORMED', 'The body of the transcript contradicts its open part')
  }
  return { ...transcript, signature }
}
