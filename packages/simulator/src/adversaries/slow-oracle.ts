import { interceptPublisher, type Strategy } from './strategy.js'

/** Longer than the first view of the local swarm. */
const DELAY_MS = 3_000

export const slowOracle: Strategy = {
  name: 'slow-oracle',
  role: 'oracle',
  prose: 'Says everything in the agreement three seconds late.',
  ports: (ports, { clock }) =>
    interceptPublisher(ports, async ({ family, payload }, { broadcast, publish, seal }) => {
      if (family !== 'oracle') {
        return publish(payload)
      }
      const envelope = await seal(payload)
      clock.after(DELAY_MS, () => void broadcast(envelope))
      return envelope
    })
}
