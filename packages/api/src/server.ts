import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Startable } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { createDeferred, createRealClock } from '@cortensor/utils'
import { getRequestListener } from '@hono/node-server'
import { type AppInit, createApp } from './app.js'
import { ApiError } from './errors.js'
import { HttpError, toHttpError } from './http-error.js'
import { LOOPBACK_HOSTS } from './middleware/check-host.js'
import { createRequestId } from './middleware/observe.js'
import { answerBrokenRequests, guardIdleSockets, toResponse } from './socket-guards.js'

export interface ApiServerInit extends Omit<AppInit, 'signal'> {
  /** Address to bind. On a loopback one, only loopback names are answered unless `allowedHosts` says more. @default '127.0.0.1' */
  host?: string
  /** 0 takes any free port. @default 0 */
  port?: number
  /** How long `stop` waits for clients to take their last event, in ms. @default 1000 */
  stopGraceMs?: number
  /** A socket that makes no progress for this long is closed, in ms. @default 60000 */
  stallMs?: number
}

/** The HTTP surface on a socket. */
export interface ApiServer extends Startable {
  /** Where it answers, e.g. `http://127.0.0.1:8080`. Throws `API_NOT_STARTED` while it does not. */
  url(): string
}

interface Running {
  url: string
  stop(): Promise<void>
}

/** Together with the gateway's own shutdown this stays below two seconds. */
const DEFAULT_STOP_GRACE_MS = 1_000
const DEFAULT_STALL_MS = 60_000
/** A client that needs longer to send its headers, or all of a small body, holds the socket on purpose. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 60_000
/** Twice the completions that are admitted by default: streams, and as many short requests. */
const MAX_CONNECTIONS = 2_048

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.')

const hostToUrl = (host: string, port: number): string => {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

/**
 * Serves the app. `start` throws `API_PORT_IN_USE` or `API_LISTEN_FAILED`; `stop` ends open streams with an error event and closes
 * every socket.
 */
export function createApiServer(init: ApiServerInit): ApiServer {
  let starting: Promise<Running> | undefined
  let running: Running | undefined
  let stopping: Promise<void> | undefined

  async function stop(): Promise<void> {
    const current = await starting?.catch(() => undefined)
    await current?.stop()
  }

  return {
    async start() {
      await stopping
      starting ??= listen(init).catch((error: unknown) => {
        starting = undefined
        throw error
      })
      running = await starting
    },
    async stop() {
      stopping ??= stop().finally(() => {
        starting = undefined
        running = undefined
        stopping = undefined
      })
      await stopping
    },
    url() {
      if (running === undefined) {
        throw new ApiError('API_NOT_STARTED', 'The API has no address yet. Start it first.')
      }
      return running.url
    }
  }
}

async function listen(init: ApiServerInit): Promise<Running> {
  const { host = '127.0.0.1', port = 0 } = init
  const closing = new AbortController()
  const allowedHosts =
    init.allowedHosts ?? (isLoopback(host) ? [...LOOPBACK_HOSTS, ...(host.includes(':') ? [] : [host])] : undefined)
  const app = createApp({ ...init, signal: closing.signal, ...(allowedHosts === undefined ? {} : { allowedHosts }) })
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    getRequestListener((request, env) => app.fetch(request, env), {
      // Requests whose URL or Host cannot be understood never reach the app.
      errorHandler: (error) =>
        toResponse(
          error instanceof Error && error.name === 'RequestError'
            ? new HttpError('malformed_request', `The request cannot be understood: ${error.message}.`)
            : toHttpError(error),
          createRequestId()
        ),
      // The rest of the process keeps its own Request and Response.
      overrideGlobalObjects: false
    })
  )
  server.maxConnections = MAX_CONNECTIONS
  answerBrokenRequests(server)
  const answers = guardIdleSockets(server, init.stallMs ?? DEFAULT_STALL_MS)
  await bind(server, host, port)

  return {
    url: hostToUrl(host, (server.address() as AddressInfo).port),
    async stop() {
      const closed = createDeferred<void>()
      server.close(() => closed.resolve())
      closing.abort()
      const cancel = (init.clock ?? createRealClock()).after(init.stopGraceMs ?? DEFAULT_STOP_GRACE_MS, () =>
        server.closeAllConnections()
      )
      await answers.idle()
      server.closeAllConnections()
      await closed.promise
      cancel()
    }
  }
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void =>
      reject(
        error.code === 'EADDRINUSE'
          ? new ApiError(
              'API_PORT_IN_USE',
              `Port ${port} on ${host} is in use. Choose another one with --api-port, or 0 for any that is free.`,
              { cause: error }
            )
          : new ApiError(
              'API_LISTEN_FAILED',
              `Cannot listen on ${host}:${port} (${errorMessage(error)}). Choose another address.`,
              {
                cause: error
              }
            )
      )
    server.once('error', onError)
    server.listen(port, host, () => {
      server.off('error', onError)
      resolve()
    })
  })
}
