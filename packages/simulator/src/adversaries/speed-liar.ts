import { type Strategy, withPresence } from './strategy.js'

const FACTOR = 10

export const speedLiar: Strategy = {
  name: 'speed-liar',
  role: 'miner',
  prose: 'Says that it is ten times as fast as it is, so that routers choose it.',
  ports: (ports) =>
    withPresence(ports, (presence) => ({
      ...presence,
      models: presence.models.map((offer) => ({
        ...offer,
        decodeTokensPerSecond: offer.decodeTokensPerSecond * FACTOR,
        prefillTokensPerSecond: offer.prefillTokensPerSecond * FACTOR
      }))
    }))
}
