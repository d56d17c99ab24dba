import { sha256 } from '@cortensor/crypto'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { HttpError } from '../http-error.js'
import { agreementToWire } from '../wire/agreement.js'
import { usageToWire } from '../wire/usage.js'
import type { AssignedEvent, EndEvent, Task } from './task.js'

/** Says what happened, under the one top-level key that is ours. */
export function outcomeToWire(end: EndEvent, resumed: boolean) {
  const { agreement, cid, miner, taskId } = end
  const more = { ...(agreement === undefined ? {} : { agreement: agreementToWire(agreement) }), ...(resumed ? { resumed } : {}) }
  return { task_id: taskId, miner, cid, receipt_id: taskId, ...more }
}

/** Equal for answers of the same engine build and model file: only those can be expected to repeat. */
export function toSystemFingerprint(fingerprint: string, modelId: string): string {
  return `fp_${bytesToHex(sha256(utf8ToBytes(`${fingerprint}\n${modelId}`))).slice(0, 12)}`
}

export const toAnswerId = ({ taskId }: { taskId: string }): string => `chatcmpl-${taskId}`

/** The first event of every task that does not fail. */
export async function awaitAssignment(task: Task): Promise<AssignedEvent> {
  const event = await task.next()
  if (event.type !== 'assigned') {
    throw new HttpError('internal_error', 'The router answered out of order.')
  }
  return event
}

/** Reads a task to its end and returns the whole answer. */
export async function collectAnswer(task: Task, first: AssignedEvent, createdSeconds: number) {
  const texts: string[] = []
  let model = first.model
  let resumed = false
  for (;;) {
    const event = await task.next()
    if (event.type === 'delta') {
      texts.push(event.text)
    } else if (event.type === 'assigned') {
      model = event.model
      resumed ||= texts.some((text) => text !== '')
    } else {
      const choice = {
        index: 0,
        message: { role: 'assistant', content: texts.join(''), refusal: null },
        logprobs: null,
        finish_reason: event.finishReason
      }
      return {
        id: toAnswerId(event),
        object: 'chat.completion',
        created: createdSeconds,
        model: model.name,
        system_fingerprint: toSystemFingerprint(event.fingerprint, model.id),
        choices: [choice],
        usage: usageToWire(event.usage),
        cortensor: outcomeToWire(event, resumed)
      }
    }
  }
}
