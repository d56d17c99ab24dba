import type { CompletionRequest, ModelId, NodeId, Privacy, SamplingParams, SessionId, TaskId } from '@cortensor/interface'
import type { OpenedEnvelope } from '@cortensor/protocols'
import {
  CANONICAL_DECODE_SPEC,
  encodeInferPayload,
  encodeInferRequest,
  encodeTaskHeader,
  payloadCommitment,
  taskIdOf,
  taskSalt,
  VERIFIABLE_DECODE_SPEC
} from '@cortensor/protocols'
import type { RouterComponents } from '../components.js'
import type { RouterInit } from '../options.js'

/** Values for what a request leaves open; those of OpenAI's API where it has them. */
const SAMPLING_DEFAULTS: Omit<SamplingParams, 'maxTokens'> = { temperature: 1, topP: 1, topK: 0, minP: 0, stop: [] }

export interface Assignment {
  taskId: TaskId
  /** Of the header, 32 bytes: by it the router finds the salt again. */
  nonce: Uint8Array
  /** Signed, for the mesh. */
  header: OpenedEnvelope
  /** What goes to the miner; the header is in it. */
  request: Uint8Array
}

export function completeSampling(request: CompletionRequest, init: RouterInit): SamplingParams {
  const given = Object.fromEntries(Object.entries(request.sampling).filter(([, value]) => value !== undefined))
  return { ...SAMPLING_DEFAULTS, maxTokens: init.defaultMaxTokens ?? 256, ...given }
}

/** The payload of a request; throws a wire error when it is over the limits of the wire. */
export function buildPayload(request: CompletionRequest, sampling: SamplingParams): Uint8Array {
  // A user's seed is any safe integer; the wire carries it as its two's complement.
  const seed = request.seed === undefined ? null : BigInt.asUintN(64, BigInt(request.seed))
  return encodeInferPayload({ messages: [...request.messages], sampling, seed })
}

/** Signs a header that assigns the task to one miner, and makes the request that goes with it. */
export async function assign(
  task: {
    payload: Uint8Array
    model: ModelId
    miner: NodeId
    session: SessionId
    priceMicroPerKilotoken: number
    maxTokens: number
    attempt: number
    deadlineMs: number
    privacy: Privacy
  },
  init: RouterInit,
  components: RouterComponents
): Promise<Assignment> {
  const { publisher, randomBytes, signer } = components
  const nonce = randomBytes(32)
  const salt = await taskSalt(signer, nonce)
  const header = encodeTaskHeader({
    sessionId: task.session,
    modelId: task.model,
    decodeSpec: init.params.audit.exactWindows ? CANONICAL_DECODE_SPEC : VERIFIABLE_DECODE_SPEC,
    payloadCommitment: payloadCommitment(salt, task.payload),
    assigned: [task.miner],
    redundancy: 1,
    priceMicroPerKilotoken: task.priceMicroPerKilotoken,
    maxTokens: task.maxTokens,
    deadlineMs: task.deadlineMs,
    nonce,
    attempt: task.attempt,
    privacy: task.privacy
  })
  const envelope = await publisher.seal('task', header, init.params.epoch.itemTtlMs)
  return {
    taskId: taskIdOf(init.networkId, signer.nodeId, header),
    nonce,
    header: envelope,
    request: encodeInferRequest({ header: envelope.bytes, payload: task.payload, salt })
  }
}
