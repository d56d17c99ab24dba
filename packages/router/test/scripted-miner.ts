import { SWARM_PARAMS } from '@cortensor/config'
import { blockCid } from '@cortensor/crypto'
import type { Clock, NetworkId, Verifier } from '@cortensor/interface'
import type { MemoryNode } from '@cortensor/memory'
import {
  decodeInferPayload,
  decodeInferRequest,
  decodeTaskHeader,
  encodeInferFrame,
  encodeResultMessage,
  type InferFrame,
  type InferPayload,
  openEnvelope,
  sealEnvelope,
  streamProtocol,
  type TaskHeader,
  taskIdOf
} from '@cortensor/protocols'

export const CID = blockCid(new TextEncoder().encode('transcript'), 'dag-cbor')

export const accepted: InferFrame = { type: 'accepted', promptTokens: 3, fingerprint: 'engine' }
export const token = (text: string, count = 1): InferFrame => ({ type: 'token', text, count })
export const end: InferFrame = {
  type: 'end',
  finishReason: 'stop',
  promptTokens: 3,
  completionTokens: 2,
  transcript: CID,
  firstTokenMs: 1,
  totalMs: 2
}
export const declined = (reason: Extract<InferFrame, { type: 'declined' }>['reason'], message = 'no'): InferFrame => ({
  type: 'declined',
  reason,
  message
})

/** What a miner says first, but for its signature, which is added. */
type Queued = Omit<Extract<InferFrame, { type: 'queued' }>, 'acknowledgement'>

/**
 * What a miner does: sends a frame or bytes, or waits so many ms. `forever` never comes back. Before it accepts a task it signs that it takes it,
 * unless it has done so.
 */
export type Act = InferFrame | Queued | Uint8Array | number | 'forever' | 'throw'

export interface Asked {
  miner: string
  atMs: number
  header: TaskHeader
  salt: Uint8Array
  payload: InferPayload
  aborted: boolean
}

export interface ScriptedMinerInit {
  label: string
  acts: readonly Act[]
  /** Where it notes what it was asked. */
  asked: Asked[]
  clock: Clock
  networkId: NetworkId
  verifier: Verifier
}

/** A node that does the same for every task. */
export async function handleInfer(
  node: MemoryNode,
  { acts, asked, clock, label, networkId, verifier }: ScriptedMinerInit
): Promise<void> {
  await node.network.handle(streamProtocol(networkId, 'infer'), async function* (request, { signal }) {
    const { header, payload, salt } = decodeInferRequest(request)
    const envelope = await openEnvelope(header, { networkId, family: 'task', verifier, nowMs: clock.now() })
    const seen: Asked = {
      miner: label,
      atMs: clock.now(),
      header: decodeTaskHeader(envelope.payload),
      salt,
      payload: decodeInferPayload(payload),
      aborted: false
    }
    asked.push(seen)
    signal.addEventListener('abort', () => {
      seen.aborted = true
    })
    const taskId = taskIdOf(networkId, envelope.sender, envelope.payload)
    const payloadOfAck = encodeResultMessage({ type: 'acknowledgement', taskId })
    const acknowledgement = await sealEnvelope(node.signer, {
      ...{ networkId, family: 'result', sequence: asked.length, payload: payloadOfAck },
      expiryMs: clock.now() + SWARM_PARAMS.epoch.itemTtlMs
    })
    let hasSigned = false
    for (const act of acts) {
      const isFrame = typeof act === 'object' && !(act instanceof Uint8Array)
      if (isFrame && act.type === 'queued') {
        hasSigned = true
        yield encodeInferFrame({ acknowledgement, ...act })
        continue
      }
      if (isFrame && act.type === 'accepted' && !hasSigned) {
        hasSigned = true
        yield encodeInferFrame({ type: 'queued', ahead: 0, acknowledgement })
      }
      if (act === 'throw') {
        throw new Error('a miner that breaks')
      }
      if (act === 'forever' || typeof act === 'number') {
        await clock.sleep(act === 'forever' ? 86_400_000 : act, { signal })
      } else {
        yield act instanceof Uint8Array ? act : encodeInferFrame(act)
      }
    }
  })
}
