import { decodeQuizMessage, encodeQuizMessage, openEnvelope, type RoundReveal, topicName } from '@cortensor/protocols'
import { interceptPublisher, type Strategy } from './strategy.js'

export const copier: Strategy = {
  name: 'copier',
  role: 'miner',
  prose: 'Listens to what others reveal in a round, and reveals the answers of one of them as its own.',
  overhears: true,
  answer: () => () => 'copied',
  device: (device) => ({ ...device, prefillTokensPerSecond: 1e6, decodeTokensPerSecond: 1e6 }),
  ports(ports, { clock, networkId }) {
    const { network, verifier } = ports
    const topic = topicName(networkId, 'quiz')
    let overheard: RoundReveal | null = null
    const listening = {
      ...network,
      subscribe: (name: string, handler: Parameters<typeof network.subscribe>[1]) =>
        network.subscribe(name, async (data, from) => {
          if (name === topic) {
            const opened = await openEnvelope(data, { networkId, family: 'quiz', verifier, nowMs: null }).catch(() => null)
            const message = opened === null ? null : decodeQuizMessage(opened.payload)
            overheard = message?.type === 'reveal' ? message : overheard
          }
          return handler(data, from)
        })
    }
    return interceptPublisher({ ...ports, network: listening }, async ({ family, payload }, { broadcast, publish, seal }) => {
      const message = family === 'quiz' ? decodeQuizMessage(payload) : null
      if (message?.type !== 'reveal') {
        return publish(payload)
      }
      const kept = await seal(payload)
      clock.after(WAIT_MS, () => {
        const answers = overheard?.roundId === message.roundId ? overheard.answers : message.answers
        void seal(encodeQuizMessage({ ...message, answers })).then(broadcast)
      })
      return kept
    })
  }
}

/** Long enough for somebody's reveal to arrive, and short enough for the own one to be in time. */
const WAIT_MS = 800
