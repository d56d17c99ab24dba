import { type Strategy, withPresence } from './strategy.js'

export const priceDumper: Strategy = {
  name: 'price-dumper',
  role: 'miner',
  prose: 'Works for nothing, so that routers choose it and its measured reliability grows.',
  ports: (ports) =>
    withPresence(ports, (presence) => ({
      ...presence,
      models: presence.models.map((offer) => ({ ...offer, priceMicroPerKilotoken: 0 }))
    }))
}
