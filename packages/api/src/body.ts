import { HttpError } from './http-error.js'

const tooLarge = (maxBytes: number): HttpError =>
  new HttpError('body_too_large', `The request body is larger than ${maxBytes} bytes. Send a shorter conversation.`)

/** Reads a stream up to a bound; null when it holds more. The rest is left unread. */
export async function readBounded(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) {
      return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    }
    size += value.byteLength
    if (size > maxBytes) {
      reader.cancel().catch(() => {})
      return null
    }
    chunks.push(value)
  }
}

/** The body of a request as JSON. The declared length is only believed when it is too large. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new HttpError('unsupported_media_type', 'Send the body as JSON with the header content-type: application/json.')
  }
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new HttpError('unsupported_media_type', 'Send the body without content-encoding.')
  }
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) {
    throw tooLarge(maxBytes)
  }
  const bytes = request.body === null ? new Uint8Array() : await readBody(request.body, maxBytes)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new HttpError('invalid_json', 'The body is not valid JSON in UTF-8.', { cause })
  }
}

async function readBody(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const bytes = await readBounded(body, maxBytes).catch((cause: unknown) => {
    throw new HttpError('malformed_request', 'The connection ended before the body was complete.', { cause })
  })
  if (bytes === null) {
    throw tooLarge(maxBytes)
  }
  return bytes
}
