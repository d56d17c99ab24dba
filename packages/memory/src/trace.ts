import { sha256 } from '@cortensor/crypto'
import { bytesToHex, concatBytes, utf8ToBytes } from '@cortensor/utils'

/** Lines are hashed in chunks of about this many characters: a trace of any length costs constant memory. */
const CHUNK_CHARS = 65_536

export interface Trace {
  /** Lines so far. */
  readonly lines: number
  record(timeMs: number, node: string, event: string): void
  /** SHA-256 over everything so far, chained by chunk, as hex. Equal histories have equal digests. */
  digest(): string
}

export interface TraceInit {
  /** Told of every line, for a look at where two runs part. */
  onLine?: (line: string) => void
}

/** Remembers what happened as one hash. */
export function createTrace(init: TraceInit = {}): Trace {
  let lines = 0
  let pending = ''
  let head: Uint8Array = new Uint8Array(32)
  return {
    get lines() {
      return lines
    },
    record(timeMs, node, event) {
      const line = `${timeMs} ${node} ${event}\n`
      lines++
      pending += line
      init.onLine?.(line)
      if (pending.length >= CHUNK_CHARS) {
        head = sha256(concatBytes(head, utf8ToBytes(pending)))
        pending = ''
      }
    },
    digest: () => bytesToHex(sha256(concatBytes(head, utf8ToBytes(pending))))
  }
}
