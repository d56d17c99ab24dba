import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { ApiContext, AppEnv } from '../context.js'

export const createRequestId = (): string => `req_${randomUUID().replaceAll('-', '')}`

/** Gives every request an id, and counts, times and logs it. Bodies, queries and keys are never logged. */
export function observe({ clock, logger, metrics }: ApiContext): MiddlewareHandler<AppEnv> {
  const requests = metrics.counter({
    name: 'cortensor_api_requests_total',
    help: 'HTTP requests answered',
    labelNames: ['method', 'route', 'status']
  })
  const seconds = metrics.histogram({
    name: 'cortensor_api_request_seconds',
    help: 'Time until the answer (of a stream: its headers) was ready',
    labelNames: ['route']
  })
  return async (c, next) => {
    const startedMs = clock.now()
    const requestId = createRequestId()
    c.set('requestId', requestId)
    c.set('route', 'unknown')
    c.header('x-request-id', requestId)
    c.header('x-content-type-options', 'nosniff')
    await next()
    const route = c.get('route')
    const method = c.req.method === 'GET' || c.req.method === 'POST' ? c.req.method : 'other'
    const elapsedMs = clock.now() - startedMs
    requests.inc({ method, route, status: String(c.res.status) })
    seconds.observe(elapsedMs / 1_000, { route })
    logger.debug('HTTP request', { requestId, method, route, status: c.res.status, elapsedMs })
  }
}
