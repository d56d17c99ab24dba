import { type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { createDeferred } from '@cortensor/utils'
import { HttpError, type HttpErrorCode } from './http-error.js'
import { createRequestId } from './middleware/observe.js'

/** An error as a response of its own, for requests that no route ever sees. */
export function toResponse(error: HttpError, requestId: string): Response {
  return new Response(JSON.stringify(error.toBody()), {
    status: error.kind.status,
    headers: { ...error.toHeaders(), 'x-request-id': requestId }
  })
}

const BROKEN: Readonly<Record<string, [HttpErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The headers are too large. Send fewer or shorter ones.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request took too long to arrive. Send it again.']
}

/** Answers what is not HTTP in the same error shape as everything else. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (cause: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || cause.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    const [code, message] = BROKEN[cause.code ?? ''] ?? ['malformed_request', 'This is not a well-formed HTTP request.']
    const error = new HttpError(code, message, { cause })
    const body = JSON.stringify(error.toBody())
    const headers = {
      ...error.toHeaders(),
      'x-request-id': createRequestId(),
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close'
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${error.kind.status} ${STATUS_CODES[error.kind.status]}\r\n${lines.join('')}\r\n${body}`)
  })
}

export interface OpenAnswers {
  /** Resolves when no answer is in progress. */
  idle(): Promise<void>
}

/**
 * Closes sockets that make no progress: idle ones, and those whose client stopped reading, which would hold a miner for ever. One that
 * waits for an answer may be silent; the gateway bounds that time.
 */
export function guardIdleSockets(server: Server, stallMs: number): OpenAnswers {
  const answering = new Map<Socket, number>()
  let whenIdle = createDeferred<void>()
  server.on('request', (request, response) => {
    const { socket } = request
    answering.set(socket, (answering.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const left = (answering.get(socket) ?? 1) - 1
      if (left > 0) {
        answering.set(socket, left)
      } else {
        answering.delete(socket)
      }
      if (answering.size === 0) {
        whenIdle.resolve()
        whenIdle = createDeferred()
      }
    })
  })
  server.timeout = stallMs
  server.on('timeout', (socket: Socket) => {
    if (!answering.has(socket) || socket.writableLength > 0) {
      socket.destroy()
    }
  })
  return { idle: () => (answering.size === 0 ? Promise.resolve() : whenIdle.promise) }
}
