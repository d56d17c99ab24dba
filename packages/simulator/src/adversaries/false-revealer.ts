import { decodeQuizMessage, encodeQuizMessage } from '@cortensor/protocols'
import { interceptPublisher, type Strategy } from './strategy.js'

export const falseRevealer: Strategy = {
  name: 'false-revealer',
  role: 'miner',
  prose: 'Changes its quiz answers between precommit and reveal.',
  ports: (ports) =>
    interceptPublisher(ports, async ({ family, payload }, { publish }) => {
      const message = family === 'quiz' ? decodeQuizMessage(payload) : null
      if (message?.type !== 'reveal') {
        return publish(payload)
      }
      const answers = message.answers.map((answer) => ({ ...answer, text: `${answer.text} ` }))
      return publish(encodeQuizMessage({ ...message, answers }))
    })
}
