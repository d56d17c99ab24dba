import type { KeyValue, TaskId, TaskPayment, TaskReceipt } from '@cortensor/interface'
import type { Report } from '@cortensor/protocols'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'

/** What this router knows of the tasks that it has routed; on disk, so that a restart forgets none. */
export interface Receipts {
  add(receipt: TaskReceipt): Promise<void>
  get(taskId: TaskId): Promise<TaskReceipt | null>
  /** Marks the tasks that a committed report holds. */
  settle(report: Pick<Report, 'epoch' | 'results'>): Promise<void>
}

/** JSON has no big integers. A receipt of an earlier version says nothing of money. */
type StoredReceipt = Omit<TaskReceipt, 'payment'> & { payment?: (Omit<TaskPayment, 'cost'> & { cost: string }) | null }

const toStored = ({ payment, ...receipt }: TaskReceipt): StoredReceipt => ({
  ...receipt,
  payment: payment === null ? null : { ...payment, cost: String(payment.cost) }
})

const fromStored = ({ payment = null, ...receipt }: StoredReceipt): TaskReceipt => ({
  ...receipt,
  payment: payment === null ? null : { ...payment, cost: BigInt(payment.cost) }
})

const keyOf = (taskId: TaskId): string => `receipt/${taskId}`

export function createReceipts(keyValue: KeyValue): Receipts {
  const put = (receipt: TaskReceipt): Promise<void> =>
    keyValue.put(keyOf(receipt.taskId), utf8ToBytes(JSON.stringify(toStored(receipt))))
  const get = async (taskId: TaskId): Promise<TaskReceipt | null> => {
    const value = await keyValue.get(keyOf(taskId))
    return value === null ? null : fromStored(JSON.parse(bytesToUtf8(value)) as StoredReceipt)
  }
  return {
    add: put,
    get,
    async settle(report) {
      for (const { taskId, transcript } of report.results) {
        const receipt = await get(taskId)
        if (receipt !== null && receipt.cid === transcript) {
          const payment = receipt.payment === null ? null : { ...receipt.payment, state: 'charged' as const }
          await put({ ...receipt, status: 'committed', epoch: report.epoch, payment })
        }
      }
    }
  }
}
