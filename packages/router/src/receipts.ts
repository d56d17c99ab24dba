import type { KeyValue, TaskAgreement, TaskId, TaskPayment, TaskReceipt, TokenAmount } from '@cortensor/interface'
import { bytesToHex, bytesToUtf8, hexToBytes, utf8ToBytes } from '@cortensor/utils'
import type { FollowedReport } from './epoch-follower.js'

/** What is kept of a private task so that its answer can be read again: not the key, but what this router finds it by. */
export interface KeptKey {
  /** Of the task's header. */
  nonce: Uint8Array
  /** Who asked, and may read it. */
  caller: string | null
}

/** A receipt as it is on disk. */
export interface KnownReceipt extends Omit<TaskReceipt, 'key'> {
  kept: KeptKey | null
}

/** What this router knows of the tasks that it has routed; on disk, so that a restart forgets none. */
export interface Receipts {
  add(receipt: Omit<KnownReceipt, 'agreement'>): Promise<void>
  /** Before or after `add`. Under a key of its own, so that it cannot undo what a report does to the receipt meanwhile. */
  compare(taskId: TaskId, agreement: TaskAgreement): Promise<void>
  get(taskId: TaskId): Promise<KnownReceipt | null>
  /** Marks the tasks that a committed report holds. */
  settle(report: Pick<FollowedReport, 'epoch' | 'results' | 'settlements'>): Promise<void>
  /** What the session had spent in all with the report that charged this task; 0 while none has. */
  spentWith(taskId: TaskId): Promise<TokenAmount>
}

/** JSON has neither big integers nor bytes. A receipt of an earlier version says nothing of money, or of privacy: it was public. */
type StoredReceipt = Omit<TaskReceipt, 'agreement' | 'key' | 'payment' | 'privacy'> & {
  kept?: { nonce: string; caller: string | null } | null
  payment?: (Omit<TaskPayment, 'cost'> & { cost: string }) | null
  /** The session's spending in all, with the report that charged the task. */
  spentWith?: string
}

const toStored = ({ kept, payment, privacy: _privacy, ...receipt }: Omit<KnownReceipt, 'agreement'>): StoredReceipt => ({
  ...receipt,
  kept: kept === null ? null : { ...kept, nonce: bytesToHex(kept.nonce) },
  payment: payment === null ? null : { ...payment, cost: String(payment.cost) }
})

const fromStored = (
  { kept = null, payment = null, spentWith: _spentWith, ...receipt }: StoredReceipt,
  agreement: TaskAgreement | null
): KnownReceipt => ({
  ...receipt,
  privacy: kept === null ? 'public' : 'private',
  kept: kept === null ? null : { ...kept, nonce: hexToBytes(kept.nonce) },
  payment: payment === null ? null : { ...payment, cost: BigInt(payment.cost) },
  agreement
})

const keyOf = (taskId: TaskId): string => `receipt/${taskId}`
const agreementKeyOf = (taskId: TaskId): string => `agreement/${taskId}`

export function createReceipts(keyValue: KeyValue): Receipts {
  const put = (receipt: StoredReceipt): Promise<void> => keyValue.put(keyOf(receipt.taskId), utf8ToBytes(JSON.stringify(receipt)))
  const read = async (taskId: TaskId): Promise<StoredReceipt | null> => {
    const value = await keyValue.get(keyOf(taskId))
    return value === null ? null : (JSON.parse(bytesToUtf8(value)) as StoredReceipt)
  }
  const agreementOf = async (taskId: TaskId): Promise<TaskAgreement | null> => {
    const value = await keyValue.get(agreementKeyOf(taskId))
    return value === null ? null : (JSON.parse(bytesToUtf8(value)) as TaskAgreement)
  }
  return {
    add: (receipt) => put(toStored(receipt)),
    compare: (taskId, agreement) => keyValue.put(agreementKeyOf(taskId), utf8ToBytes(JSON.stringify(agreement))),
    async get(taskId) {
      const stored = await read(taskId)
      return stored === null ? null : fromStored(stored, await agreementOf(taskId))
    },
    async spentWith(taskId) {
      return BigInt((await read(taskId))?.spentWith ?? 0)
    },
    async settle({ epoch, results, settlements }) {
      const spent = new Map(settlements.map((settlement) => [settlement.session, settlement.spent]))
      for (const { fee, session, taskId, transcript } of results) {
        const stored = await read(taskId)
        if (stored === null || stored.cid !== transcript) {
          continue
        }
        const { payment = null } = stored
        await put({
          ...stored,
          status: 'committed',
          epoch,
          payment: payment === null ? null : { ...payment, cost: String(fee), state: 'charged' },
          spentWith: String(spent.get(session) ?? 0n)
        })
      }
    }
  }
}
