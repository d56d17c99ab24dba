import type { Counter, Gauge, Histogram, Metrics } from '@cortensor/interface'

export interface RpcMetrics {
  requests: Counter
  seconds: Histogram
  up: Gauge
  head: Gauge
  lag: Gauge
}

const NOTHING = { inc: () => {}, set: () => {}, observe: () => {} }

/** The label `rpc` is the URL's place in the list, from 1. */
export function createRpcMetrics(metrics: Metrics | undefined): RpcMetrics {
  if (metrics === undefined) {
    return { requests: NOTHING, seconds: NOTHING, up: NOTHING, head: NOTHING, lag: NOTHING }
  }
  const labelNames = ['rpc']
  return {
    requests: metrics.counter({
      name: 'cortensor_chain_rpc_requests_total',
      help: 'Requests to the RPCs of the chain',
      labelNames: ['rpc', 'outcome']
    }),
    seconds: metrics.histogram({
      name: 'cortensor_chain_rpc_request_seconds',
      help: 'Duration of a request to an RPC of the chain',
      labelNames,
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    }),
    up: metrics.gauge({ name: 'cortensor_chain_rpc_up', help: '1 while the RPC answers and serves the right chain', labelNames }),
    head: metrics.gauge({ name: 'cortensor_chain_rpc_head_block', help: 'Newest block that the RPC has told of', labelNames }),
    lag: metrics.gauge({ name: 'cortensor_chain_rpc_lag_blocks', help: 'Blocks behind the best RPC', labelNames })
  }
}
