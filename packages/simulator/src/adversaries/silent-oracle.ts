import { interceptPublisher, type Strategy } from './strategy.js'

export const silentOracle: Strategy = {
  name: 'silent-oracle',
  role: 'oracle',
  prose: 'Listens, and says nothing in the agreement: its views are lost.',
  ports: (ports) =>
    interceptPublisher(ports, ({ family, payload }, { publish, seal }) => (family === 'oracle' ? seal : publish)(payload))
}
