import type { NetworkId, NodeId, TaskId, UnixMs, Verifier } from '@cortensor/interface'
import { decodeResultMessage, type OpenedEnvelope, openEnvelope, wireError } from '@cortensor/protocols'

export interface AcknowledgementInit {
  networkId: NetworkId
  verifier: Verifier
  nowMs: UnixMs
  taskId: TaskId
  miner: NodeId
}

/** A miner's signed word that it takes a task. Throws a wire error for anything else: who does not sign takes no task. */
export async function openAcknowledgement(bytes: Uint8Array, init: AcknowledgementInit): Promise<OpenedEnvelope> {
  const { miner, networkId, nowMs, taskId, verifier } = init
  const envelope = await openEnvelope(bytes, { networkId, family: 'result', verifier, nowMs })
  const message = decodeResultMessage(envelope.payload)
  if (envelope.sender !== miner || message.type !== 'acknowledgement' || message.taskId !== taskId) {
    throw wireError('WIRE_MALFORMED', 'The acknowledgement is of another miner or task')
  }
  return envelope
}
