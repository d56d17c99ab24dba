import {
  type Clock,
  type CompletionEvent,
  type CompletionRequest,
  errorMessage,
  type Logger,
  type ModelId,
  type NodeId,
  type Rng
} from '@cortensor/interface'
import { isCorrect, type QuizItem } from '@cortensor/scoring'
import { type Probe, probeOf } from './probe.js'
import { createShapes } from './shapes.js'

export interface ProberInit {
  clock: Clock
  rng: Rng
  logger: Logger
  /** So many probes for each request, from 0 to 1. */
  share: number
  /** The way that every request goes. */
  ask: (request: CompletionRequest, signal: AbortSignal) => AsyncIterable<CompletionEvent>
  /** A probe was answered. */
  onAnswer: (answer: { miner: NodeId; model: ModelId; item: QuizItem; isRight: boolean }) => void
}

/** Sends quiz items that look like requests, so that being good at quizzes alone does not pay. */
export interface Prober {
  /** A consumer has asked something. */
  onRequest(request: CompletionRequest): void
  stop(): Promise<void>
}

/** Those with long gaps wait for a long pause; the others must not wait for them. */
const MAX_WAITING = 32

/**
 * Shapes and gaps are those of the requests before. A probe waits until nothing has been asked for as long as its gap, and starts anew when
 * something is: so the time before a probe is distributed like the time before a request.
 */
export function createProber({ ask, clock, logger, onAnswer, rng, share }: ProberInit): Prober {
  const shapes = createShapes()
  const stopped = new AbortController()
  const running = new Set<Promise<void>>()
  const waiting: { probe: Probe; gapMs: number }[] = []
  let cancel = (): void => {}

  const send = async ({ item, request }: Probe): Promise<void> => {
    let text = ''
    let model: ModelId | null = null
    try {
      for await (const event of ask(request, stopped.signal)) {
        text += event.type === 'delta' ? event.text : ''
        model = event.type === 'assigned' ? event.model.id : model
        if (event.type === 'end' && item !== null && model !== null) {
          onAnswer({ miner: event.miner, model, item, isRight: isCorrect(item, text) })
        }
      }
    } catch (error) {
      if (!stopped.signal.aborted) {
        logger.warn('A probe could not be sent', { error: errorMessage(error) })
      }
    }
  }
  const wait = (): void => {
    cancel()
    const [shortest] = waiting.toSorted((a, b) => a.gapMs - b.gapMs)
    if (shortest !== undefined) {
      cancel = clock.after(shortest.gapMs, () => {
        waiting.splice(waiting.indexOf(shortest), 1)
        const sending = send(shortest.probe).finally(() => running.delete(sending))
        running.add(sending)
        // A miner takes it for a request: who still waits does so from now on.
        wait()
      })
    }
  }
  return {
    onRequest(request) {
      if (stopped.signal.aborted || share === 0) {
        return
      }
      shapes.add(request, clock.now())
      const isWanted = rng.next() < share
      const [shape, gapMs] = [shapes.draw(rng), shapes.drawGap(rng)]
      if (isWanted && waiting.length < MAX_WAITING && shape !== null && gapMs !== null) {
        waiting.push({ probe: probeOf(shape, rng), gapMs })
      }
      wait()
    },
    async stop() {
      stopped.abort()
      cancel()
      await Promise.all(running)
    }
  }
}
