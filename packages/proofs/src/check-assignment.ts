import {
  decodeTaskHeader,
  encodeInferPayload,
  type Generation,
  isWireError,
  payloadCommitment,
  samplingSeed,
  type TaskHeader,
  type Transcript
} from '@cortensor/protocols'
import { equalBytes } from '@cortensor/utils'

/** What does not fit between an answer and the task that its transcript names. */
export type AssignmentFault =
  /** The header cannot be read, names another model, way to decode or miner, or allows fewer tokens. */
  | 'header'
  /** Prompt and parameters are not those that the header commits to. */
  | 'payload'
  /** The tokens were drawn from another seed than the task's. */
  | 'seed'

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

/** Checks that a task's transcript answers just that task, from the transcript alone; null when it does. Rounds have no header. */
export function checkAssignment(transcript: Transcript): AssignmentFault | null {
  const { subject } = transcript
  const [generation] = transcript.generations
  if (subject.type !== 'task' || generation === undefined) {
    return null
  }
  const { salt, userSeed } = subject.assignment
  const header = readHeader(subject.assignment.header)
  if (
    header === null ||
    header.modelId !== transcript.model ||
    header.decodeSpec !== transcript.decodeSpec ||
    !header.assigned.includes(transcript.miner) ||
    generation.sampling.maxTokens > header.maxTokens
  ) {
    return 'header'
  }
  const payload = payloadOf(generation, userSeed)
  if (payload === null || payloadCommitment(salt, payload) !== header.payloadCommitment) {
    return 'payload'
  }
  return equalBytes(generation.seed, samplingSeed(subject.taskId, transcript.miner, header.nonce, userSeed)) ? null : 'seed'
}
