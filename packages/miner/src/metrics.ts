import type { Counter, Gauge, Histogram, Metrics } from '@cortensor/interface'

export interface MinerMetrics {
  tasks: Counter
  declined: Counter
  activeTasks: Gauge
  tokens: Counter
  firstToken: Histogram
  rounds: Counter
  audits: Counter
  plants: Counter
  drafts: Counter
  ballots: Counter
  announcements: Counter
  rejected: Counter
}

export function createMinerMetrics(metrics: Metrics): MinerMetrics {
  return {
    tasks: metrics.counter({
      name: 'cortensor_miner_tasks_total',
      help: 'User tasks by how they ended',
      labelNames: ['outcome']
    }),
    declined: metrics.counter({ name: 'cortensor_miner_declined_total', help: 'Tasks not taken', labelNames: ['reason'] }),
    activeTasks: metrics.gauge({ name: 'cortensor_miner_active_tasks', help: 'User tasks in progress' }),
    tokens: metrics.counter({ name: 'cortensor_miner_tokens_total', help: 'Tokens generated', labelNames: ['work'] }),
    firstToken: metrics.histogram({
      name: 'cortensor_miner_first_token_seconds',
      help: 'From start of evaluation to the first token'
    }),
    rounds: metrics.counter({
      name: 'cortensor_miner_rounds_total',
      help: 'Quiz rounds by how they ended',
      labelNames: ['outcome']
    }),
    audits: metrics.counter({
      name: 'cortensor_miner_audits_total',
      help: 'Audits of other nodes by what this node voted',
      labelNames: ['vote']
    }),
    plants: metrics.counter({
      name: 'cortensor_miner_plants_total',
      help: 'Own answers that were spoilt for auditors to find, and said so'
    }),
    drafts: metrics.counter({
      name: 'cortensor_miner_drafts_total',
      help: 'What the model wrote for open challenges, by whether it had the form',
      labelNames: ['stage', 'way', 'outcome']
    }),
    ballots: metrics.counter({
      name: 'cortensor_miner_ballots_total',
      help: 'Panels that this node had a part in, by what became of its ballot',
      labelNames: ['outcome']
    }),
    announcements: metrics.counter({
      name: 'cortensor_miner_announcements_total',
      help: 'Transcripts by what became of their announcement in the DHT',
      labelNames: ['outcome']
    }),
    rejected: metrics.counter({
      name: 'cortensor_miner_rejected_total',
      help: 'Messages that a miner did not accept',
      labelNames: ['family', 'reason']
    })
  }
}
