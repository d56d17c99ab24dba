import type { CidString, EpochNumber, ModelId, NodeId, TaskId, TaskReceipt } from '@cortensor/interface'
import { usageFromWire, usageToWire, type WireUsage } from './usage.js'

export interface WireReceipt {
  id: string
  object: 'cortensor.receipt'
  status: 'pending' | 'committed'
  model_id: string
  miner: string
  cid: string
  usage: WireUsage
  epoch: number | null
}

/** A receipt goes by the id of its task. */
export function receiptToWire(receipt: TaskReceipt): WireReceipt {
  return {
    id: receipt.taskId,
    object: 'cortensor.receipt',
    status: receipt.status,
    model_id: receipt.model,
    miner: receipt.miner,
    cid: receipt.cid,
    usage: usageToWire(receipt.usage),
    epoch: receipt.epoch
  }
}

export function receiptFromWire(wire: WireReceipt): TaskReceipt {
  return {
    taskId: wire.id as TaskId,
    status: wire.status,
    model: wire.model_id as ModelId,
    miner: wire.miner as NodeId,
    cid: wire.cid as CidString,
    usage: usageFromWire(wire.usage),
    epoch: wire.epoch as EpochNumber | null
  }
}
