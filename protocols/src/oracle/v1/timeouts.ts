import type { Committee, NetworkId, NodeId, Verifier } from '@cortensor/interface'
import { openEnvelope } from '../../common/v1/envelope.js'
import { decodeOracleMessage } from './codec.js'
import { memberIndex, quorumOf } from './committee.js'
import { instanceKey } from './instance.js'
import type { Instance, Timeout } from './types.js'

/** A TIMEOUT as it stands in a certificate. */
export interface OpenedTimeout {
  sender: NodeId
  /** The envelope. */
  bytes: Uint8Array
  timeout: Timeout
}

export interface CertificateInit {
  networkId: NetworkId
  verifier: Verifier
  instance: Instance
}

/** Opens the timeouts of a certificate; those that are malformed, forged or of another instance are left out. */
export async function openCertificate(timeouts: readonly Uint8Array[], init: CertificateInit): Promise<OpenedTimeout[]> {
  const opened = await Promise.all(
    timeouts.map(async (bytes) => {
      try {
        const envelope = await openEnvelope(bytes, {
          networkId: init.networkId,
          family: 'oracle',
          verifier: init.verifier,
          nowMs: null
        })
        const message = decodeOracleMessage(envelope.payload)
        const isOurs = message.type === 'timeout' && instanceKey(message.instance) === instanceKey(init.instance)
        return isOurs ? [{ sender: envelope.sender, bytes, timeout: message }] : []
      } catch {
        return []
      }
    })
  )
  return opened.flat()
}

/**
 * The timeouts that let a view begin, each of another member: of the view before, or of a later one, because whoever gave that one up is
 * through with all before.
 */
export function certificateOf<T extends OpenedTimeout>(committee: Committee, view: number, timeouts: readonly T[]): T[] {
  const bySender = new Map<NodeId, T>()
  for (const held of timeouts) {
    if (held.timeout.view >= view - 1 && !bySender.has(held.sender) && memberIndex(committee, held.sender) >= 0) {
      bySender.set(held.sender, held)
    }
  }
  return [...bySender.values()]
}

/** Whether a quorum of the committee gave up the view before; the first view needs nobody. */
export async function isCertified(
  timeouts: readonly Uint8Array[],
  view: number,
  { committee, ...init }: CertificateInit & { committee: Committee }
): Promise<boolean> {
  return view === 0 || certificateOf(committee, view, await openCertificate(timeouts, init)).length >= quorumOf(committee)
}
