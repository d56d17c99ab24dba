import { toHttpError } from '../http-error.js'
import { toFrame } from '../sse.js'
import { usageToWire } from '../wire/usage.js'
import { outcomeToWire, toAnswerId, toSystemFingerprint } from './answer.js'
import type { AssignedEvent, Task } from './task.js'

export interface FramesInit {
  task: Task
  first: AssignedEvent
  createdSeconds: number
  includeUsage: boolean
  /** Called when the first text is there. */
  onFirstText: () => void
}

/**
 * The rest of a task as server-sent events. Ends in exactly one way: a chunk with `finish_reason` and `[DONE]`, or an error event.
 * Clients take a stream that just closes for a complete answer.
 */
export async function* answerFrames({
  task,
  first,
  createdSeconds,
  includeUsage,
  onFirstText
}: FramesInit): AsyncGenerator<string> {
  let model = first.model
  let sentText = false
  let resumed = false
  const chunk = (choices: object[], extra: object = {}): string =>
    toFrame({
      id: toAnswerId(first),
      object: 'chat.completion.chunk',
      created: createdSeconds,
      model: model.name,
      choices,
      // With usage asked for, OpenAI sends the key on every chunk.
      ...(includeUsage ? { usage: null } : {}),
      ...extra
    })
  const choice = (delta: object, finishReason: string | null = null): object => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason: finishReason
  })

  try {
    yield chunk([choice({ role: 'assistant', content: '' })])
    for (;;) {
      const event = await task.next()
      if (event.type === 'delta') {
        // Empty while a character is incomplete.
        if (event.text !== '') {
          if (!sentText) {
            sentText = true
            onFirstText()
          }
          yield chunk([choice({ content: event.text })])
        }
      } else if (event.type === 'assigned') {
        model = event.model
        resumed ||= sentText
      } else {
        const fingerprint = { system_fingerprint: toSystemFingerprint(event.fingerprint, model.id) }
        const last = chunk([choice({}, event.finishReason)], { ...fingerprint, cortensor: outcomeToWire(event, resumed) })
        const usage = includeUsage ? chunk([], { ...fingerprint, usage: usageToWire(event.usage) }) : ''
        yield `${last}${usage}data: [DONE]\n\n`
        return
      }
    }
  } catch (error) {
    yield toFrame(toHttpError(error).toBody())
  }
}
