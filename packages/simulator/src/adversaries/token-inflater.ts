import { decodeResultMessage, encodeResultMessage } from '@cortensor/protocols'
import { interceptPublisher, type Strategy } from './strategy.js'

const FACTOR = 4

export const tokenInflater: Strategy = {
  name: 'token-inflater',
  role: 'miner',
  prose: 'Reports four times as many tokens as it has computed.',
  ports: (ports) =>
    interceptPublisher(ports, async ({ family, payload }, { publish }) => {
      const message = family === 'result' ? decodeResultMessage(payload) : null
      return message?.type === 'commit'
        ? publish(encodeResultMessage({ ...message, completionTokens: message.completionTokens * FACTOR }))
        : publish(payload)
    })
}
