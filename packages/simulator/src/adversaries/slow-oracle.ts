import { interceptPublisher, publishLate, type Strategy } from './strategy.js'

/** Longer than the first view of the local swarm. */
const DELAY_MS = 3_000

export const slowOracle: Strategy = {
  name: 'slow-oracle',
  role: 'oracle',
  prose: 'Says everything in the agreement three seconds late.',
  ports: (ports, { clock }) =>
    interceptPublisher(ports, async ({ family, payload }, send) =>
      family === 'oracle' ? publishLate(send, payload, clock, DELAY_MS) : send.publish(payload)
    )
}
