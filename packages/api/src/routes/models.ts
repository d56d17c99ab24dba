import { z } from '@hono/zod-openapi'
import type { ApiContext, DefineRoute } from '../context.js'
import { HttpError } from '../http-error.js'
import { modelAnswer, modelListAnswer } from '../schemas/answers.js'
import { modelsToWire } from '../wire/model.js'

export function defineModels(define: DefineRoute, { gateway }: ApiContext): void {
  define(
    {
      method: 'get',
      path: '/v1/models',
      summary: 'Models that live miners offer',
      scopes: ['inference'],
      responses: { 200: { description: 'All models', content: { 'application/json': { schema: modelListAnswer } } } }
    },
    async (c) => c.json(modelsToWire(await gateway.models({ signal: c.req.raw.signal })))
  )

  define(
    {
      method: 'get',
      path: '/v1/models/{id}',
      summary: 'One model',
      scopes: ['inference'],
      request: { params: z.object({ id: z.string().openapi({ description: "The model's name or its SHA-256" }) }) },
      responses: { 200: { description: 'The model', content: { 'application/json': { schema: modelAnswer } } } }
    },
    async (c) => {
      const id = c.req.param('id')
      const { data } = modelsToWire(await gateway.models({ signal: c.req.raw.signal }))
      const model = data.find((entry) => entry.id === id) ?? data.find((entry) => entry.cortensor.model_id === id)
      if (model === undefined) {
        throw new HttpError('model_not_found', 'No live miner offers this model. GET /v1/models lists those that are there.', {
          param: 'model'
        })
      }
      return c.json(model)
    }
  )
}
