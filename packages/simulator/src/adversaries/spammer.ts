import { interceptPublisher, type Strategy } from './strategy.js'

const COPIES = 20

export const spammer: Strategy = {
  name: 'spammer',
  role: 'miner',
  prose: 'Says everything twenty times, each time in a new envelope.',
  ports: (ports) =>
    interceptPublisher(ports, async ({ payload }, { publish }) => {
      const first = await publish(payload)
      for (let copy = 1; copy < COPIES; copy++) {
        await publish(payload)
      }
      return first
    })
}
