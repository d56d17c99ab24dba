import type { TaskId } from '@cortensor/interface'
import { z } from '@hono/zod-openapi'
import type { ApiContext, DefineRoute } from '../context.js'
import { HttpError } from '../http-error.js'
import { receiptAnswer } from '../schemas/answers.js'
import { receiptToWire } from '../wire/receipt.js'

export function defineReceipts(define: DefineRoute, { gateway }: ApiContext): void {
  define(
    {
      method: 'get',
      path: '/v1/receipts/{id}',
      summary: 'What is known about one finished task',
      scopes: ['inference'],
      request: { params: z.object({ id: z.string().openapi({ description: 'The receipt_id of an answer' }) }) },
      responses: { 200: { description: 'The receipt', content: { 'application/json': { schema: receiptAnswer } } } }
    },
    async (c) => {
      const id = c.req.param('id') ?? ''
      const receipt = /^[0-9a-f]{64}$/.test(id) ? await gateway.receipt(id as TaskId, { signal: c.req.raw.signal }) : null
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
