import type { DecodeMode, EngineModel, NetworkId, NodeId, TaskId, UnixMs, Verifier } from '@cortensor/interface'
import type { DeclineReason, InferPayload, TaskAssignment, TaskHeader } from '@cortensor/protocols'
import {
  decodeInferPayload,
  decodeInferRequest,
  decodeModeOf,
  decodeTaskHeader,
  openEnvelope,
  payloadCommitment,
  taskIdOf
} from '@cortensor/protocols'

/** A task that this miner may compute, with everything checked that can be checked before it runs. */
export interface OpenTask {
  taskId: TaskId
  router: NodeId
  header: TaskHeader
  payload: InferPayload
  /** What the transcript says about where the task comes from. */
  assignment: TaskAssignment
  decode: DecodeMode
}

export type OpenTaskResult = { task: OpenTask } | { declined: DeclineReason; message: string }

export interface OpenTaskInit {
  networkId: NetworkId
  self: NodeId
  verifier: Verifier
  nowMs: UnixMs
  from: NodeId
  models: readonly EngineModel[]
  priceMicroPerKilotoken: number
  /** Why the header's session does not pay, or null when it does. */
  refuseSession: (header: TaskHeader, router: NodeId) => Promise<string | null>
}

/** Opens a request. Throws a wire error for bytes that no honest router sends. */
export async function openTask(request: Uint8Array, init: OpenTaskInit): Promise<OpenTaskResult> {
  const { header: headerBytes, payload: payloadBytes, salt } = decodeInferRequest(request)
  const { networkId, nowMs, self, verifier } = init
  const envelope = await openEnvelope(headerBytes, { networkId, family: 'task', verifier, nowMs })
  const header = decodeTaskHeader(envelope.payload)
  const payload = decodeInferPayload(payloadBytes)
  const decline = (declined: DeclineReason, message: string): OpenTaskResult => ({ declined, message })
  if (envelope.sender !== init.from || !header.assigned.includes(self)) {
    return decline('not_assigned', 'The header does not assign this task to this miner, or another router signed it')
  }
  if (header.deadlineMs <= nowMs) {
    return decline('expired', 'The deadline of the task has passed')
  }
  if (payloadCommitment(salt, payloadBytes) !== header.payloadCommitment) {
    return decline('invalid_request', 'The payload is not the one that the header commits to')
  }
  if (payload.sampling.maxTokens > header.maxTokens || payload.messages.length === 0) {
    return decline('invalid_request', 'The payload asks for more tokens than the header allows, or holds no message')
  }
  if (!init.models.some((model) => model.id === header.modelId && model.kind === 'chat')) {
    return decline('model_unavailable', 'This miner does not hold the model')
  }
  const decode = decodeModeOf(header.decodeSpec)
  if (decode === null) {
    return decline('invalid_request', 'This miner does not decode in the way that the header asks for; is its version older?')
  }
  if (header.priceMicroPerKilotoken < init.priceMicroPerKilotoken) {
    return decline('invalid_request', 'The price is below what this miner asks')
  }
  const unpaid = await init.refuseSession(header, envelope.sender)
  if (unpaid !== null) {
    return decline('unpaid', unpaid)
  }
  const taskId = taskIdOf(networkId, envelope.sender, envelope.payload)
  const router = envelope.sender
  const assignment = { router, header: envelope.payload, salt, userSeed: payload.seed }
  return { task: { taskId, router, header, payload, assignment, decode } }
}
