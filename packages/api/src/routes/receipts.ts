import type { TaskId } from '@cortensor/interface'
import { z } from '@hono/zod-openapi'
import type { ApiContext, AppContext, DefineRoute } from '../context.js'
import { HttpError } from '../http-error.js'
import { receiptAnswer } from '../schemas/answers.js'
import { receiptToWire } from '../wire/receipt.js'

const params = z.object({ id: z.string().openapi({ description: 'The receipt_id of an answer' }) })

/** Null for what cannot be the id of a task. */
const taskIdOf = (c: AppContext): TaskId | null => {
  const id = c.req.param('id') ?? ''
  return /^[0-9a-f]{64}$/.test(id) ? (id as TaskId) : null
}

export function defineReceipts(define: DefineRoute, { gateway }: ApiContext): void {
  define(
    {
      method: 'get',
      path: '/v1/receipts/{id}/file',
      summary: 'A file that shows, without asking anybody, what the network committed for one task',
      description:
        'Result, proof of inclusion, commit, attestations and transcript, signed by the router. `cortensor verify receipt FILE` checks it. ' +
        'With the API key that asked for the answer, the file of a private task has the key that opens its transcript.',
      scopes: ['inference'],
      request: { params },
      responses: {
        200: {
          description: 'The file, byte for byte: any other spelling of the same JSON is refused by its check',
          content: { 'application/json': { schema: z.unknown() } }
        }
      }
    },
    async (c) => {
      const taskId = taskIdOf(c)
      const file =
        taskId === null ? null : await gateway.receiptFile(taskId, { signal: c.req.raw.signal, caller: c.get('caller') })
      if (file === null) {
        throw new HttpError(
          'receipt_not_found',
          'There is no file for this receipt: the id is unknown here, or no epoch on the chain holds the task yet. ' +
            'GET /v1/receipts/{id} says which.',
          { param: 'id' }
        )
      }
      return c.body(new Uint8Array(file), 200, {
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="receipt-${taskId}.json"`
      })
    }
  )
  define(
    {
      method: 'get',
      path: '/v1/receipts/{id}',
      summary: 'What is known about one finished task',
      description:
        'Of a private task, `key` opens the transcript (`cortensor fetch CID --key KEY`). It is told to the API key that asked for the answer, and is null for every other.',
      scopes: ['admin', 'inference'],
      request: { params },
      responses: { 200: { description: 'The receipt', content: { 'application/json': { schema: receiptAnswer } } } }
    },
    async (c) => {
      const taskId = taskIdOf(c)
      const receipt =
        taskId === null ? null : await gateway.receipt(taskId, { signal: c.req.raw.signal, caller: c.get('caller') })
      if (receipt === null) {
        throw new HttpError(
          'receipt_not_found',
          'This router has no receipt with this id. Take receipt_id from an answer of it.',
          {
            param: 'id'
          }
        )
      }
      return c.json(receiptToWire(receipt))
    }
  )
}
