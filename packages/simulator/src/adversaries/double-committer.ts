import { blockCid } from '@cortensor/crypto'
import { decodeResultMessage, encodeResultMessage } from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'
import { interceptPublisher, type Strategy } from './strategy.js'

export const doubleCommitter: Strategy = {
  name: 'double-committer',
  role: 'miner',
  prose: 'Commits to two transcripts for one task, to be paid for both.',
  ports: (ports) =>
    interceptPublisher(ports, async ({ family, payload }, { publish }) => {
      const envelope = await publish(payload)
      const message = family === 'result' ? decodeResultMessage(payload) : null
      if (message?.type === 'commit') {
        const transcript = blockCid(utf8ToBytes(message.transcript), 'dag-cbor')
        await publish(encodeResultMessage({ ...message, transcript }))
      }
      return envelope
    })
}
