import { sha256 } from '@cortensor/crypto'
import type { Hex32 } from '@cortensor/interface'
import { decodeOracleMessage, encodeOracleMessage } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { interceptPublisher, type Strategy } from './strategy.js'

/** Another digest of the same length. */
export const otherDigest = (digest: Hex32): Hex32 => `0x${bytesToHex(sha256(utf8ToBytes(digest)))}` as Hex32

export const badRootOracle: Strategy = {
  name: 'bad-root-oracle',
  role: 'oracle',
  prose: 'Proposes a digest that does not follow from the report, whenever it leads.',
  ports: (ports) =>
    interceptPublisher(ports, async ({ family, payload }, { publish }) => {
      const message = family === 'oracle' ? decodeOracleMessage(payload) : null
      return message?.type === 'propose'
        ? publish(encodeOracleMessage({ ...message, digest: otherDigest(message.digest) }))
        : publish(payload)
    })
}
