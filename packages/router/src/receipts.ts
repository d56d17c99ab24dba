import type { KeyValue, TaskId, TaskReceipt } from '@cortensor/interface'
import type { Report } from '@cortensor/protocols'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'

/** What this router knows of the tasks that it has routed; on disk, so that a restart forgets none. */
export interface Receipts {
  add(receipt: TaskReceipt): Promise<void>
  get(taskId: TaskId): Promise<TaskReceipt | null>
  /** Marks the tasks that a committed report holds. */
  settle(report: Pick<Report, 'epoch' | 'results'>): Promise<void>
}

const keyOf = (taskId: TaskId): string => `receipt/${taskId}`

export function createReceipts(keyValue: KeyValue): Receipts {
  const put = (receipt: TaskReceipt): Promise<void> => keyValue.put(keyOf(receipt.taskId), utf8ToBytes(JSON.stringify(receipt)))
  const get = async (taskId: TaskId): Promise<TaskReceipt | null> => {
    const value = await keyValue.get(keyOf(taskId))
    return value === null ? null : (JSON.parse(bytesToUtf8(value)) as TaskReceipt)
  }
  return {
    add: put,
    get,
    async settle(report) {
      for (const { taskId, transcript } of report.results) {
        const receipt = await get(taskId)
        if (receipt !== null && receipt.cid === transcript) {
          await put({ ...receipt, status: 'committed', epoch: report.epoch })
        }
      }
    }
  }
}
