import type { NetworkId, Verifier } from '@cortensor/interface'
import type { Instance, OpenedEnvelope, Timeout } from '@cortensor/protocols'
import { decodeOracleMessage, instanceKey, openEnvelope } from '@cortensor/protocols'

/** Opens the timeouts inside a proposal's certificate; those that are malformed, forged or of another instance are left out. */
export async function openCertificate(
  timeouts: readonly Uint8Array[],
  init: { networkId: NetworkId; verifier: Verifier; instance: Instance }
): Promise<{ sender: OpenedEnvelope['sender']; bytes: Uint8Array; timeout: Timeout }[]> {
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
