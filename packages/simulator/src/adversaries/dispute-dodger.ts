import { blockCid } from '@cortensor/crypto'
import type { CidString, NodeId } from '@cortensor/interface'
import { decodeAuditRequest, streamProtocol } from '@cortensor/protocols'
import { otherQuantisation } from './other-quantisation.js'
import type { Strategy } from './strategy.js'

/** Auditors of the first round. */
const SHOWN_TO = 2

export const disputeDodger: Strategy = {
  name: 'dispute-dodger',
  role: 'miner',
  prose:
    'Runs another quantisation, shows its answers to the auditors of the first round, who would have it withheld otherwise, and to nobody ' +
    'after them: it hopes that a dispute that sees nothing costs no stake.',
  ...(otherQuantisation.trace === undefined ? {} : { trace: otherQuantisation.trace }),
  ports(ports, { networkId }) {
    const { network, store } = ports
    const kept = new Map<CidString, Uint8Array>()
    const shown = new Map<string, Set<NodeId>>()
    return {
      ...ports,
      store: {
        ...store,
        async put(bytes, codec) {
          const cid = blockCid(bytes, codec)
          kept.set(cid, bytes)
          return cid
        },
        get: async (cid, options) => kept.get(cid) ?? (await store.get(cid, options))
      },
      network: {
        ...network,
        handle: (protocol, handler, limits) =>
          network.handle(
            protocol,
            protocol !== streamProtocol(networkId, 'audit')
              ? handler
              : async function* (request, context) {
                  const { subject } = decodeAuditRequest(request)
                  const auditors = shown.get(subject) ?? new Set()
                  shown.set(subject, auditors)
                  if (auditors.has(context.from) || auditors.size < SHOWN_TO) {
                    auditors.add(context.from)
                    yield* handler(request, context)
                  }
                },
            limits
          )
      }
    }
  }
}
