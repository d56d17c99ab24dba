import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { RUN_FILES } from './run-folder.js'

/** `main`: epochs, outcomes, rewards, tasks, faults. `all`: every gossip delivery, request and fetch too. */
export type EventChoice = 'none' | 'main' | 'all'

/** How the lines of the links begin, behind time and node. */
const LINK_EVENTS: ReadonlySet<string> = new Set(['gossip', 'request', 'fetch'])

/** The lines of a trace as JSON lines. They are kept in memory until `flush`, which is called outside of virtual time. */
export interface EventFile {
  line(text: string): void
  flush(): void
  close(): void
}

export function createEventFile(folder: string, choice: EventChoice): EventFile {
  if (choice === 'none') {
    return { line() {}, flush() {}, close() {} }
  }
  mkdirSync(folder, { recursive: true })
  const file = openSync(join(folder, RUN_FILES.events), 'w')
  let pending: string[] = []
  const flush = (): void => {
    if (pending.length > 0) {
      writeSync(file, pending.join(''))
      pending = []
    }
  }
  return {
    line(text) {
      const [ms, node, kind = '', ...rest] = text.trimEnd().split(' ')
      if (choice === 'all' || !LINK_EVENTS.has(kind)) {
        pending.push(`${JSON.stringify({ ms: Number(ms), node, event: kind, detail: rest.join(' ') })}\n`)
      }
    },
    flush,
    close() {
      flush()
      closeSync(file)
    }
  }
}
