import { bytesToHex32, domainHash } from '@cortensor/crypto'
import type { Hex32, NetworkId, NodeId, RoundId } from '@cortensor/interface'
import { bytesToHex, uint64ToBytes, utf8ToBytes } from '@cortensor/utils'
import { writeCid, writeHex32, writeId, writeNodeId } from '../../common/v1/checks.js'
import { networkIdToBytes } from '../../common/v1/network-id.js'
import type { RoundOpen, RoundReveal } from './types.js'

const ID_DOMAIN = 'cortensor/round/v1'
const SEED_DOMAIN = 'cortensor/round-seed/v2'
const PANEL_DOMAIN = 'cortensor/panel/v1'
const COMMITMENT_DOMAIN = 'cortensor/round-commitment/v1'

/** The id of the round that an oracle opens with an encoded opening. */
export function roundIdOf(networkId: NetworkId, oracle: NodeId, openPayload: Uint8Array): RoundId {
  return bytesToHex(domainHash(ID_DOMAIN, networkIdToBytes(networkId), writeNodeId(oracle, 'oracle'), openPayload)) as RoundId
}

/** Nothing that whoever opens could choose: one block, named before it was there. 32 bytes. */
export function roundSeed(open: Pick<RoundOpen, 'seedBlock' | 'seedBlockHash'>): Uint8Array {
  return domainHash(SEED_DOMAIN, uint64ToBytes(open.seedBlock), writeHex32(open.seedBlockHash, 'seedBlockHash'))
}

/** What transcripts of a round's judges, and audits of them, are about: apart from the answers of the round. */
export const panelIdOf = (roundId: RoundId): RoundId =>
  bytesToHex(domainHash(PANEL_DOMAIN, writeId(roundId, 'roundId'))) as RoundId

/** What a node's precommit binds it to. */
export function roundCommitment(node: NodeId, reveal: RoundReveal): Hex32 {
  return bytesToHex32(
    domainHash(
      COMMITMENT_DOMAIN,
      writeId(reveal.roundId, 'roundId'),
      writeNodeId(node, 'node'),
      reveal.salt,
      writeId(reveal.modelId, 'modelId'),
      writeCid(reveal.transcript, 'transcript'),
      ...reveal.answers.flatMap((answer) => [uint64ToBytes(answer.item), utf8ToBytes(answer.text)])
    )
  )
}
