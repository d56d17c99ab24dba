import { Uint8ArrayList } from 'uint8arraylist'
import { networkError } from '../errors.js'

/**
 * A message on a stream is an unsigned varint of its length plus one, then its bytes. Zero says that the answer is complete: without
 * it a connection that is closed in the middle, which also half-closes its streams, would look like a short answer.
 */
export const END_FRAME = Uint8Array.of(0)

/** Enough for 256 MB, far above every limit. */
const MAX_VARINT_BYTES = 4

export function encodeFrame(message: Uint8Array): Uint8Array {
  const header: number[] = []
  let rest = message.byteLength + 1
  while (rest > 0x7f) {
    header.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  header.push(rest)
  const frame = new Uint8Array(header.length + message.byteLength)
  frame.set(header)
  frame.set(message, header.length)
  return frame
}

export interface FrameDecoder {
  /** Bytes received and not yet taken. */
  readonly bufferedBytes: number
  push(data: Uint8Array | Uint8ArrayList): void
  /**
   * The next message, `end` after the last one, or null when more bytes are needed. Throws `NETWORK_MESSAGE_TOO_LARGE` as soon as a
   * length above the limit is read, before its bytes are waited for.
   */
  next(): Uint8Array | 'end' | null
}

export function createFrameDecoder(maxBytes: number): FrameDecoder {
  const buffer = new Uint8ArrayList()
  return {
    get bufferedBytes() {
      return buffer.byteLength
    },
    push(data) {
      buffer.append(data)
    },
    next() {
      const header = readHeader(buffer)
      if (header === null) {
        return null
      }
      if (header.value === 0) {
        buffer.consume(header.bytes)
        return 'end'
      }
      const length = header.value - 1
      if (length > maxBytes) {
        throw networkError(
          'NETWORK_MESSAGE_TOO_LARGE',
          `A message of ${length} bytes arrived where at most ${maxBytes} are allowed`
        )
      }
      const end = header.bytes + length
      if (buffer.byteLength < end) {
        return null
      }
      // A copy: a view would keep the whole network buffer alive for one small message.
      const message = buffer.slice(header.bytes, end)
      buffer.consume(end)
      return message
    }
  }
}

function readHeader(buffer: Uint8ArrayList): { value: number; bytes: number } | null {
  let value = 0
  for (let i = 0; i < MAX_VARINT_BYTES; i++) {
    if (i >= buffer.byteLength) {
      return null
    }
    const byte = buffer.get(i)
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) {
      return { value, bytes: i + 1 }
    }
  }
  throw networkError(
    'NETWORK_MESSAGE_TOO_LARGE',
    'A message length of more than four bytes arrived; the peer breaks the protocol'
  )
}
