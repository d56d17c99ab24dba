import type { Clock, Gateway, Logger, Metrics, SessionId } from '@cortensor/interface'
import type { RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ApiScope, Keyring } from './keyring.js'
import type { ApiLimits } from './limits.js'

/** What Prometheus scrapes; the registry of telemetry is one. */
export interface MetricsPage {
  render(): Promise<string>
  readonly contentType: string
}

/** Everything the routes work with. */
export interface ApiContext {
  gateway: Gateway
  keys: Keyring
  clock: Clock
  logger: Logger
  metrics: Metrics
  metricsPage: MetricsPage | undefined
  limits: Required<ApiLimits>
  /** Aborts when the server stops. */
  closing: AbortSignal
}

export interface AppEnv {
  Variables: {
    requestId: string
    /** The route's template, a bounded set: metric label. */
    route: string
    /** Pays for what the request's key asks, when it is not the gateway's own. */
    session: SessionId | undefined
    /** The hash of the request's key: whoever comes with it again is the same caller. */
    caller: string | undefined
  }
}

export type AppContext = Context<AppEnv>

export interface RouteInit {
  method: 'get' | 'post'
  /** As OpenAPI writes it: `/v1/models/{id}`. */
  path: string
  summary: string
  description?: string
  /** A key with any one of these is needed; without it the route is open. */
  scopes?: readonly ApiScope[]
  request?: RouteConfig['request']
  responses: RouteConfig['responses']
}

/** Adds a route to the app and to its OpenAPI document. */
export type DefineRoute = (init: RouteInit, handler: (c: AppContext) => Response | Promise<Response>) => void
