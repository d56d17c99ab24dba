import type { ChatMessage, CompletionRequest, Rng, UnixMs } from '@cortensor/interface'
import { utf8Length } from '@cortensor/utils'

/** All of a request but its words. */
export interface Shape {
  request: Omit<CompletionRequest, 'messages' | 'seed'>
  hasSeed: boolean
  messages: readonly { role: ChatMessage['role']; bytes: number }[]
}

/** What requests have lately looked like, and how far they were apart. */
export interface Shapes {
  add(request: CompletionRequest, nowMs: UnixMs): void
  /** One of the last ones; null before the first. */
  draw(rng: Rng): Shape | null
  /** Time between two of the last ones, in ms; null before the second. */
  drawGap(rng: Rng): number | null
}

/** Enough to hold every kind of request that an hour brings, little enough to follow the hours. */
const REMEMBERED = 512

export const shapeOf = ({ messages, seed, ...request }: CompletionRequest): Shape => ({
  request,
  hasSeed: seed !== undefined,
  messages: messages.map(({ content, role }) => ({ role, bytes: utf8Length(content) }))
})

export function createShapes(): Shapes {
  const shapes: Shape[] = []
  const gaps: number[] = []
  let lastMs: UnixMs | null = null
  const keep = <T>(list: T[], value: T): void => {
    list.push(value)
    if (list.length > REMEMBERED) {
      list.shift()
    }
  }
  const pick = <T>(list: readonly T[], rng: Rng): T | null => list[rng.int(0, Math.max(0, list.length - 1))] ?? null
  return {
    add(request, nowMs) {
      keep(shapes, shapeOf(request))
      if (lastMs !== null) {
        keep(gaps, nowMs - lastMs)
      }
      lastMs = nowMs
    },
    draw: (rng) => pick(shapes, rng),
    drawGap: (rng) => pick(gaps, rng)
  }
}
