import { decodeQuizMessage } from '@cortensor/protocols'
import { interceptPublisher, publishLate, type Strategy } from './strategy.js'

/** Longer than the time to reveal in every preset. */
const DELAY_MS = 10_000

export const lateRevealer: Strategy = {
  name: 'late-revealer',
  role: 'miner',
  prose: 'Reveals its quiz answers after the deadline, when those of the others are there to be read.',
  ports: (ports, { clock }) =>
    interceptPublisher(ports, async ({ family, payload }, send) =>
      family === 'quiz' && decodeQuizMessage(payload).type === 'reveal'
        ? publishLate(send, payload, clock, DELAY_MS)
        : send.publish(payload)
    )
}
