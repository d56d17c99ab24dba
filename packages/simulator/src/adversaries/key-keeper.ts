import { sha256 } from '@cortensor/crypto'
import {
  decodeStoredTranscript,
  isSealed,
  isWireError,
  openKeyBox,
  openTranscript,
  sealTranscript,
  streamProtocol
} from '@cortensor/protocols'
import type { Strategy } from './strategy.js'

export const keyKeeper: Strategy = {
  name: 'key-keeper',
  role: 'miner',
  prose:
    'Seals private answers with a key that nobody else has, its router included, and serves no auditor: it hopes that what cannot be read ' +
    'cannot be refuted.',
  ports(ports, { networkId }) {
    const { network, signer, store } = ports
    const reseal = async (block: Uint8Array): Promise<Uint8Array> => {
      try {
        const stored = decodeStoredTranscript(block)
        const salt = isSealed(stored) ? await openKeyBox(stored, signer) : null
        const opened = isSealed(stored) && salt !== null ? openTranscript(stored, salt) : null
        if (opened === null || salt === null || opened.subject.type !== 'task') {
          return block
        }
        const { miner: _miner, sealing: _sealing, signature: _signature, version: _version, ...content } = opened
        const { assignment, taskId } = opened.subject
        const subject = { type: 'task' as const, taskId, assignment: { ...assignment, salt: sha256(salt) } }
        let drawn = sha256(block)
        const randomBytes = (length: number): Uint8Array => {
          drawn = sha256(drawn)
          return drawn.subarray(0, length)
        }
        return await sealTranscript({ ...content, subject }, signer, { randomBytes })
      } catch (error) {
        if (isWireError(error)) {
          return block
        }
        throw error
      }
    }
    return {
      ...ports,
      store: { ...store, put: async (bytes, codec) => store.put(await reseal(bytes), codec) },
      network: {
        ...network,
        handle: (protocol, handler, limits) =>
          protocol === streamProtocol(networkId, 'audit')
            ? Promise.resolve(async () => {})
            : network.handle(protocol, handler, limits)
      }
    }
  }
}
