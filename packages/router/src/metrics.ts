import type { Counter, Gauge, Histogram, Metrics } from '@cortensor/interface'

export interface RouterMetrics {
  tasks: Counter
  attempts: Counter
  active: Gauge
  probes: Counter
  agreements: Counter
  firstToken: Histogram
}

export function createRouterMetrics(metrics: Metrics): RouterMetrics {
  return {
    tasks: metrics.counter({ name: 'cortensor_router_tasks_total', help: 'Requests by how they ended', labelNames: ['outcome'] }),
    attempts: metrics.counter({
      name: 'cortensor_router_attempts_total',
      help: 'Assignments by how they ended',
      labelNames: ['outcome']
    }),
    probes: metrics.counter({
      name: 'cortensor_router_probes_total',
      help: 'Covert quiz items by answer',
      labelNames: ['outcome']
    }),
    agreements: metrics.counter({
      name: 'cortensor_router_agreements_total',
      help: 'Answers that were compared with others, by what was found',
      labelNames: ['verdict']
    }),
    active: metrics.gauge({ name: 'cortensor_router_active_tasks', help: 'Requests in progress' }),
    firstToken: metrics.histogram({ name: 'cortensor_router_first_token_seconds', help: 'From the request to its first token' })
  }
}
