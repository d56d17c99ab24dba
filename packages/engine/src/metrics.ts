import type { GenerateUsage, Metrics } from '@cortensor/interface'

/** What the engine counts. Labels are finish reasons and error codes, both bounded. */
export interface EngineMetrics {
  ended(outcome: string): void
  tokens(usage: GenerateUsage): void
  childCrashed(): void
}

export function createEngineMetrics(metrics: Metrics | undefined): EngineMetrics {
  const requests = metrics?.counter({
    name: 'cortensor_engine_requests_total',
    help: 'Requests that the engine finished, by finish reason or error code',
    labelNames: ['outcome']
  })
  const tokens = metrics?.counter({
    name: 'cortensor_engine_tokens_total',
    help: 'Tokens read as prompt or generated as answer',
    labelNames: ['kind']
  })
  const crashes = metrics?.counter({
    name: 'cortensor_engine_crashes_total',
    help: 'Unexpected ends of the inference process'
  })
  return {
    ended: (outcome) => requests?.inc({ outcome }),
    tokens: ({ promptTokens, completionTokens }) => {
      tokens?.inc({ kind: 'prompt' }, promptTokens)
      tokens?.inc({ kind: 'completion' }, completionTokens)
    },
    childCrashed: () => crashes?.inc()
  }
}
