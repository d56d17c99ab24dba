import type { Counter, Gauge, Metrics } from '@cortensor/interface'

export interface OracleMetrics {
  rejected: Counter
  refusedAnswers: Counter
  refusedAuthors: Counter
  refusedBallots: Counter
  views: Counter
  commits: Counter
  settlements: Counter
  slashings: Counter
  lastEpoch: Gauge
  poolItems: Gauge
}

export function createOracleMetrics(metrics: Metrics): OracleMetrics {
  return {
    rejected: metrics.counter({
      name: 'cortensor_oracle_rejected_total',
      help: 'Messages that an oracle did not accept',
      labelNames: ['family', 'reason']
    }),
    refusedAnswers: metrics.counter({
      name: 'cortensor_oracle_refused_answers_total',
      help: 'Precommits and reveals of rounds that this oracle did not take',
      labelNames: ['fault']
    }),
    refusedAuthors: metrics.counter({
      name: 'cortensor_oracle_refused_authors_total',
      help: 'Themes and questions for rounds that this oracle did not take',
      labelNames: ['fault']
    }),
    refusedBallots: metrics.counter({
      name: 'cortensor_oracle_refused_ballots_total',
      help: 'Ballots of judges that this oracle did not take',
      labelNames: ['fault']
    }),
    views: metrics.counter({ name: 'cortensor_oracle_timeouts_total', help: 'Views that this oracle gave up' }),
    commits: metrics.counter({
      name: 'cortensor_oracle_transmissions_total',
      help: 'Commits that this oracle tried to send',
      labelNames: ['outcome']
    }),
    settlements: metrics.counter({
      name: 'cortensor_oracle_settlements_total',
      help: 'Sessions that this oracle tried to settle',
      labelNames: ['outcome']
    }),
    slashings: metrics.counter({
      name: 'cortensor_oracle_slashings_total',
      help: 'Miners whose stake this oracle tried to have slashed',
      labelNames: ['outcome']
    }),
    lastEpoch: metrics.gauge({ name: 'cortensor_last_epoch', help: 'Last committed epoch' }),
    poolItems: metrics.gauge({ name: 'cortensor_oracle_pool_items', help: 'Signed messages that wait for their report' })
  }
}
