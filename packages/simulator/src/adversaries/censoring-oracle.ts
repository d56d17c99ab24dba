import type { Strategy } from './strategy.js'

export const censoringOracle: Strategy = {
  name: 'censoring-oracle',
  role: 'oracle',
  prose: 'Does not hear the results of others: it observes and proposes without them.',
  ports: (ports) => ({
    ...ports,
    network: {
      ...ports.network,
      subscribe: (topic, handler) => ports.network.subscribe(topic, topic.includes('/result/') ? async () => 'ignore' : handler)
    }
  })
}
