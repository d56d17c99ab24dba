import { interceptPublisher, type Strategy } from './strategy.js'

export const partTimer: Strategy = {
  name: 'part-timer',
  role: 'miner',
  prose: 'Says every second time only that it lives: half the machine for the pay of a whole one.',
  ports: (ports) => {
    let said = 0
    return interceptPublisher(ports, ({ family, payload }, { publish, seal }) =>
      (family === 'presence' && said++ % 2 === 1 ? seal : publish)(payload)
    )
  }
}
