import { type Strategy, withPresence } from './strategy.js'

const FACTOR = 10

export const slotLiar: Strategy = {
  name: 'slot-liar',
  role: 'miner',
  prose: 'Offers ten times the slots that it has, all of them free, and lets users wait.',
  ports: (ports) =>
    withPresence(ports, (presence) => {
      const totalSlots = Math.min(255, presence.totalSlots * FACTOR)
      return { ...presence, totalSlots, freeSlots: totalSlots, queueLength: 0 }
    })
}
