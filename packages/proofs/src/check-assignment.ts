import {
  decodeTaskHeader,
  encodeInferPayload,
  type Generation,
  isSealed,
  isWireError,
  payloadCommitment,
  type StoredTranscript,
  samplingSeed,
  type TaskHeader
} from '@cortensor/protocols'
import { equalBytes } from '@cortensor/utils'

/** What does not fit between an answer and the task that its transcript names. */
export type AssignmentFault =
  /** The header cannot be read, names another model, way to decode or miner, or allows fewer tokens. */
  | 'header'
  /** The header wants it sealed and it is not, or the other way round. */
  | 'privacy'
  /** Prompt and parameters are not those that the header commits to. */
  | 'payload'
  /** The tokens were drawn from another seed than the task's. */
  | 'seed'

/** Each in words. */
export const ASSIGNMENT_FAULTS: Readonly<Record<AssignmentFault, string>> = {
  header: "the task's header does not fit the answer",
  privacy: "the task's header says private of what everybody can read, or public of what is sealed",
  payload: 'prompt or parameters are not those that the router committed to',
  seed: 'the tokens were not drawn from the seed of the task'
}

function readHeader(bytes: Uint8Array): TaskHeader | null {
  try {
    return decodeTaskHeader(bytes)
  } catch (error) {
    if (isWireError(error)) {
      return null
    }
    throw error
  }
}

/** Null for messages that are larger than a request can be. */
function payloadOf({ messages, sampling }: Generation, seed: bigint | null): Uint8Array | null {
  try {
    return encodeInferPayload({ messages, sampling, seed })
  } catch (error) {
    if (isWireError(error)) {
      return null
    }
    throw error
  }
}

/**
 * Checks that a task's transcript answers just that task, from the transcript alone; null when it does. Rounds have no header. Of a sealed
 * transcript, that of its header and counts.
 */
export function checkAssignment(transcript: StoredTranscript): AssignmentFault | null {
  if (transcript.subject.type !== 'task') {
    return null
  }
  const { assignment, taskId } = transcript.subject
  const header = readHeader(assignment.header)
  if (
    header === null ||
    header.modelId !== transcript.model ||
    header.decodeSpec !== transcript.decodeSpec ||
    !header.assigned.includes(transcript.miner)
  ) {
    return 'header'
  }
  if ((header.privacy === 'private') !== (transcript.sealing !== undefined)) {
    return 'privacy'
  }
  if (isSealed(transcript)) {
    return transcript.usage.completionTokens > header.maxTokens ? 'header' : null
  }
  const [generation] = transcript.generations
  if (generation === undefined || !('salt' in assignment)) {
    return null
  }
  if (generation.sampling.maxTokens > header.maxTokens) {
    return 'header'
  }
  const { salt, userSeed } = assignment
  const payload = payloadOf(generation, userSeed)
  if (payload === null || payloadCommitment(salt, payload) !== header.payloadCommitment) {
    return 'payload'
  }
  return equalBytes(generation.seed, samplingSeed(taskId, transcript.miner, header.nonce, userSeed)) ? null : 'seed'
}
