import type { ApiContext, DefineRoute } from '../context.js'
import { createShuttingDownError, HttpError } from '../http-error.js'
import { liveAnswer, statusAnswer } from '../schemas/answers.js'
import { statusToWire } from '../wire/status.js'

/** What people and machines that run the router ask it. */
export function defineOperations(define: DefineRoute, { gateway, metricsPage, closing }: ApiContext): void {
  const live = { 200: { description: 'Yes', content: { 'application/json': { schema: liveAnswer } } } }

  define({ method: 'get', path: '/health', summary: 'Is the process alive?', responses: live }, (c) => c.json({ status: 'ok' }))

  define({ method: 'get', path: '/ready', summary: 'Can it take tasks?', responses: live }, async (c) => {
    if (closing.aborted) {
      throw createShuttingDownError()
    }
    const { ready } = await gateway.status({ signal: c.req.raw.signal })
    if (!ready) {
      throw new HttpError('not_ready', 'The router is still joining its network. Ask again in a moment.')
    }
    return c.json({ status: 'ok' })
  })

  define(
    {
      method: 'get',
      path: '/status',
      summary: 'The network as this router sees it',
      scopes: ['admin', 'inference'],
      responses: { 200: { description: 'Nodes, tasks and epochs', content: { 'application/json': { schema: statusAnswer } } } }
    },
    async (c) => c.json(statusToWire(await gateway.status({ signal: c.req.raw.signal })))
  )

  if (metricsPage !== undefined) {
    define(
      {
        method: 'get',
        path: '/metrics',
        summary: "Metrics in Prometheus' text format",
        scopes: ['metrics'],
        responses: { 200: { description: 'All metrics', content: { 'text/plain': { schema: { type: 'string' } } } } }
      },
      async (c) => c.body(await metricsPage.render(), 200, { 'content-type': metricsPage.contentType })
    )
  }
}
