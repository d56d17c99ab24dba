import { interceptPublisher, refusingTasks, type Strategy } from './strategy.js'

export const freeRider: Strategy = {
  name: 'free-rider',
  role: 'miner',
  prose: 'Only says that it lives: it takes no task and plays no round, and hopes for its share of the base pot.',
  ports: (ports) =>
    interceptPublisher(refusingTasks(ports), ({ family, payload }, { publish, seal }) =>
      (family === 'presence' ? publish : seal)(payload)
    )
}
