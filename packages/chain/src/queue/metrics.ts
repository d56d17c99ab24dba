import type { Counter, Gauge, Metrics } from '@cortensor/interface'

export interface QueueMetrics {
  outcomes: Counter
  sends: Counter
  pending: Gauge
}

export function createQueueMetrics(metrics: Metrics | undefined): QueueMetrics {
  const nothing = { inc: () => {}, set: () => {} }
  if (metrics === undefined) {
    return { outcomes: nothing, sends: nothing, pending: nothing }
  }
  return {
    outcomes: metrics.counter({
      name: 'cortensor_chain_transactions_total',
      help: 'Transactions of the operator by what became of them',
      labelNames: ['outcome']
    }),
    sends: metrics.counter({
      name: 'cortensor_chain_transaction_sends_total',
      help: 'Times that a transaction was handed to the RPCs, by reason',
      labelNames: ['why']
    }),
    pending: metrics.gauge({
      name: 'cortensor_chain_pending_transactions',
      help: 'Transactions of the operator that are not mined'
    })
  }
}
