import { readJson } from '../body.js'
import { createAdmission } from '../chat/admission.js'
import { awaitAssignment, collectAnswer } from '../chat/answer.js'
import { answerFrames } from '../chat/frames.js'
import { requestToDomain } from '../chat/request-to-domain.js'
import { openTask } from '../chat/task.js'
import type { ApiContext, DefineRoute } from '../context.js'
import { chatAnswer } from '../schemas/answers.js'
import { chatRequest, parseChatRequest } from '../schemas/chat-request.js'
import { createSseStream } from '../sse.js'
import { toAgreementHeader } from '../wire/agreement.js'

const DESCRIPTION = `Unknown fields are ignored. Fields that cannot be honoured and would change the answer's meaning are refused by name.

With \`stream\`, the status is decided by the first event of the task: a model that nobody offers, a router that is not ready or a
prompt that is too long is answered with its HTTP status. From the assignment on it is a stream of server-sent events, whose headers
and first chunk are sent at once; it ends with a chunk that has \`finish_reason\` and \`[DONE]\`, or with one error event. Lines that
start with a colon are heartbeats. Closing the connection cancels the work.`

const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform keeps proxies from compressing, x-accel-buffering keeps nginx from collecting events.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  // Tells the socket adapter not to wait for a body of known length, so that headers leave at once.
  'transfer-encoding': 'chunked'
}

export function defineChat(define: DefineRoute, { gateway, clock, logger, metrics, limits, closing }: ApiContext): void {
  const admission = createAdmission(limits.maxCompletions, metrics)
  const firstText = metrics.histogram({
    name: 'cortensor_api_first_text_seconds',
    help: 'Time from the parsed request to the first text of a stream'
  })

  define(
    {
      method: 'post',
      path: '/v1/chat/completions',
      summary: 'Answer a conversation',
      description: DESCRIPTION,
      scopes: ['inference'],
      request: { body: { required: true, content: { 'application/json': { schema: chatRequest } } } },
      responses: {
        200: {
          description: 'The answer, or with `stream` its chunks',
          content: { 'application/json': { schema: chatAnswer }, 'text/event-stream': { schema: { type: 'string' } } }
        }
      }
    },
    async (c) => {
      const body = parseChatRequest(await readJson(c.req.raw, limits.maxBodyBytes))
      const startedMs = clock.now()
      const createdSeconds = Math.floor(startedMs / 1_000)
      const task = openTask({
        gateway,
        request: { ...requestToDomain(body), session: c.get('session'), caller: c.get('caller') },
        logger: logger.child({ requestId: c.get('requestId') }),
        disconnected: c.req.raw.signal,
        closing,
        onClose: admission.enter()
      })
      let streaming = false
      try {
        const first = await awaitAssignment(task)
        if (body.stream !== true) {
          const answer = await collectAnswer(task, first, createdSeconds)
          c.header('x-cortensor-miner', answer.cortensor.miner)
          if (answer.cortensor.agreement !== undefined) {
            c.header('x-cortensor-agreement', toAgreementHeader(answer.cortensor.agreement))
          }
          return c.json(answer)
        }
        const frames = answerFrames({
          task,
          first,
          createdSeconds,
          includeUsage: body.stream_options?.include_usage === true,
          onFirstText: () => firstText.observe((clock.now() - startedMs) / 1_000)
        })
        streaming = true
        return c.body(createSseStream({ frames, clock, heartbeatMs: limits.heartbeatMs, onClose: task.close }), 200, {
          ...EVENT_STREAM_HEADERS,
          'x-cortensor-miner': first.miner
        })
      } finally {
        if (!streaming) {
          task.close()
        }
      }
    }
  )
}
