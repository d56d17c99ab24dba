import type { NetworkParams } from '@cortensor/config'
import { domainHash } from '@cortensor/crypto'
import type { NodeId } from '@cortensor/interface'
import { type RoundOpen, roundSeed } from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'

const DRAWS = 2 ** 32

/**
 * Whether a node may answer a round. Up to `maxAnswerers` nodes everybody may; above, each liveness round draws about so many, each node for
 * itself, from the seed that nobody knew when the round was requested. A capability round is for all: only by playing at the same moment
 * do the names of one machine share what it can do.
 */
export function isAnswerer(round: RoundOpen, node: NodeId, { quiz }: Pick<NetworkParams, 'quiz'>): boolean {
  if (round.level === 2 || round.nodes <= quiz.maxAnswerers) {
    return true
  }
  const drawn = domainHash('cortensor/quiz/answerer/1', roundSeed(round), utf8ToBytes(node))
  return new DataView(drawn.buffer, drawn.byteOffset).getUint32(0) * round.nodes < quiz.maxAnswerers * DRAWS
}
