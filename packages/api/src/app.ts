import type { Clock, Gateway, Logger, Metrics } from '@cortensor/interface'
import { createRealClock } from '@cortensor/utils'
import { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiContext, AppEnv, DefineRoute, MetricsPage } from './context.js'
import { HttpError, toHttpError } from './http-error.js'
import type { Keyring } from './keyring.js'
import { type ApiLimits, DEFAULT_LIMITS } from './limits.js'
import { authorise } from './middleware/authorise.js'
import { checkHost } from './middleware/check-host.js'
import { observe } from './middleware/observe.js'
import { defineChat } from './routes/chat.js'
import { defineDocs } from './routes/docs.js'
import type { OpenApiDocument } from './routes/docs-page.js'
import { defineModels } from './routes/models.js'
import { defineOperations } from './routes/operations.js'
import { defineReceipts } from './routes/receipts.js'
import { errorAnswer } from './schemas/answers.js'

export type { MetricsPage } from './context.js'

export interface AppInit {
  gateway: Gateway
  keys: Keyring
  logger: Logger
  metrics: Metrics
  /** @default the real one */
  clock?: Clock
  limits?: ApiLimits
  /** Served at `/metrics`; the route is missing without it. */
  metricsPage?: MetricsPage
  /** Names of the header `Host` that are answered, without ports. @default every one */
  allowedHosts?: readonly string[]
  /** Ends what is in progress with an error and refuses new completions. */
  signal?: AbortSignal
  /** As the documentation shows it. @default '0.1.0' */
  version?: string
}

/** Handles requests without a socket. */
export interface ApiApp {
  fetch(request: Request, env?: object): Promise<Response>
}

const DESCRIPTION = `OpenAI-compatible access to a Cortensor network. Point any OpenAI client at /v1 and send the key that the router
printed as a bearer token. Errors are always {"error":{"message","type","param","code"}}; every answer carries x-request-id.`

/** The whole HTTP surface as one function from request to response. Does no I/O. */
export function createApp(init: AppInit): ApiApp {
  const context: ApiContext = {
    gateway: init.gateway,
    keys: init.keys,
    clock: init.clock ?? createRealClock(),
    logger: init.logger,
    metrics: init.metrics,
    metricsPage: init.metricsPage,
    limits: { ...DEFAULT_LIMITS, ...init.limits },
    closing: init.signal ?? new AbortController().signal
  }
  const app = new OpenAPIHono<AppEnv>()

  app.use(observe(context))
  if (init.allowedHosts !== undefined) {
    app.use(checkHost(init.allowedHosts))
  }
  app.onError((thrown, c) => {
    const error = toHttpError(thrown)
    if (error !== thrown) {
      context.logger.error('A request failed unexpectedly', {
        requestId: c.get('requestId'),
        route: c.get('route'),
        error: thrown
      })
    }
    return c.body(JSON.stringify(error.toBody()), error.kind.status, error.toHeaders())
  })
  app.notFound((c) => {
    const error = new HttpError('unknown_url', `There is no ${c.req.method} ${c.req.path} here. GET /docs lists what there is.`)
    return c.body(JSON.stringify(error.toBody()), error.kind.status, error.toHeaders())
  })

  const key = app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' })
  const define: DefineRoute = ({ scopes, responses, ...route }, handler) => {
    app.openAPIRegistry.registerPath({
      ...route,
      responses: { ...responses, default: { description: 'An error', content: { 'application/json': { schema: errorAnswer } } } },
      ...(scopes === undefined ? {} : { security: [{ [key.name]: [] }] })
    })
    app.on(route.method.toUpperCase(), route.path.replace(/{(\w+)}/g, ':$1'), (c) => {
      c.set('route', route.path)
      if (scopes !== undefined) {
        const { hash, session } = authorise(c, context.keys, scopes)
        c.set('session', session)
        c.set('caller', hash)
      }
      return handler(c)
    })
  }
  defineModels(define, context)
  defineChat(define, context)
  defineReceipts(define, context)
  defineOperations(define, context)
  defineDocs(
    define,
    () =>
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: { title: 'Cortensor router', version: init.version ?? '0.1.0', description: DESCRIPTION }
      }) as OpenApiDocument
  )
  return { fetch: async (request, env) => app.fetch(request, env) }
}
