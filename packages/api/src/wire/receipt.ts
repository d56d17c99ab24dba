import type { CidString, EpochNumber, ModelId, NodeId, SessionId, TaskId, TaskPayment, TaskReceipt } from '@cortensor/interface'
import { bytesToHex, hexToBytes } from '@cortensor/utils'
import { agreementFromWire, agreementToWire, type WireAgreement } from './agreement.js'
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
  payment: WirePayment | null
  agreement: WireAgreement | null
  privacy: TaskReceipt['privacy']
  /** In hex. */
  key: string | null
  /** Where the file is by which the receipt can be checked; null before the commit. */
  file: string | null
}

/** Amounts are micro-COR; a single task's fit a number. */
export interface WirePayment {
  session: string
  price_micro_per_kilotoken: number
  cost_micro: number
  state: TaskPayment['state']
}

const paymentToWire = ({ cost, priceMicroPerKilotoken, session, state }: TaskPayment): WirePayment => ({
  session,
  price_micro_per_kilotoken: priceMicroPerKilotoken,
  cost_micro: Number(cost),
  state
})

const paymentFromWire = (wire: WirePayment): TaskPayment => ({
  session: wire.session as SessionId,
  priceMicroPerKilotoken: wire.price_micro_per_kilotoken,
  cost: BigInt(wire.cost_micro),
  state: wire.state
})

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
    epoch: receipt.epoch,
    payment: receipt.payment === null ? null : paymentToWire(receipt.payment),
    agreement: receipt.agreement === null ? null : agreementToWire(receipt.agreement),
    privacy: receipt.privacy,
    key: receipt.key === null ? null : bytesToHex(receipt.key),
    file: receipt.status === 'committed' ? `/v1/receipts/${receipt.taskId}/file` : null
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
    epoch: wire.epoch as EpochNumber | null,
    payment: wire.payment === null ? null : paymentFromWire(wire.payment),
    agreement: wire.agreement === null ? null : agreementFromWire(wire.agreement),
    privacy: wire.privacy,
    key: wire.key === null ? null : hexToBytes(wire.key)
  }
}
