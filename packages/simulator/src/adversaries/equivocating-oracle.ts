import { decodeOracleMessage, encodeOracleMessage } from '@cortensor/protocols'
import { otherDigest } from './bad-root-oracle.js'
import { interceptPublisher, type Strategy } from './strategy.js'

export const equivocatingOracle: Strategy = {
  name: 'equivocating-oracle',
  role: 'oracle',
  prose: 'Makes two different proposals in every view that it leads.',
  ports: (ports) =>
    interceptPublisher(ports, async ({ family, payload }, { publish }) => {
      const envelope = await publish(payload)
      const message = family === 'oracle' ? decodeOracleMessage(payload) : null
      if (message?.type === 'propose') {
        await publish(encodeOracleMessage({ ...message, digest: otherDigest(message.digest) }))
      }
      return envelope
    })
}
