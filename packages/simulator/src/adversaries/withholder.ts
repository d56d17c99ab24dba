import { decodeQuizMessage, decodeResultMessage } from '@cortensor/protocols'
import { interceptPublisher, type Strategy } from './strategy.js'

export const withholder: Strategy = {
  name: 'withholder',
  role: 'miner',
  prose: 'Precommits, and never opens what it has precommitted to: it shows nothing that could be checked.',
  ports: (ports) =>
    interceptPublisher(ports, async ({ family, payload }, { publish, seal }) => {
      const opens =
        (family === 'quiz' && decodeQuizMessage(payload).type === 'reveal') ||
        (family === 'result' && decodeResultMessage(payload).type === 'commit')
      return opens ? seal(payload) : publish(payload)
    })
}
