import type { NetworkParams } from '@cortensor/config'
import { domainHash } from '@cortensor/crypto'
import type { Address, EpochNumber, NodeId } from '@cortensor/interface'
import { AUTHOR_STAGES, type AuthorStage, type Commission } from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { sortedBy } from '../order.js'

export interface CommissionsInit {
  /** Of earlier epochs. */
  known: readonly Commission[]
  /** Whose rounds they write for. */
  epoch: EpochNumber
  /** Who may be drawn, with its operator. */
  candidates: ReadonlyMap<NodeId, Address>
  /** Of every node that is bound. */
  operators: ReadonlyMap<NodeId, Address>
  /**
   * That nobody knew when the candidates became known to the network; null before the first such block, and then nobody is
   * drawn.
   */
  randomness: Uint8Array | null
  params: Pick<NetworkParams, 'quiz'>
}

/** Whether a node was drawn so lately that it rests in an epoch, and with it all nodes of its operator. */
export const isCoolingDown = (
  node: NodeId,
  epoch: EpochNumber,
  known: readonly Commission[],
  { quiz }: Pick<NetworkParams, 'quiz'>
): boolean => known.some((one) => one.node === node && one.epoch < epoch && one.epoch >= epoch - quiz.authorCoolDownEpochs)

/**
 * Who writes for the rounds of an epoch, and those that are still needed: to know who cools down, and to check rounds of the
 * epoch before. Every candidate has a lot of its own, so that nobody moves another one by coming or going, but for taking a
 * place before it. An operator has one seat at most, and rests with all of its nodes: who creates and who prepares know nothing of one another.
 */
export function drawCommissions({ candidates, epoch, known, operators, params, randomness }: CommissionsInit): Commission[] {
  const { authorCoolDownEpochs, authorSeats } = params.quiz
  const kept = known.filter((one) => one.epoch >= epoch - Math.max(1, authorCoolDownEpochs))
  if (randomness === null) {
    return kept
  }
  const lotOf = (node: NodeId): string => bytesToHex(domainHash('cortensor/quiz/commission/1', randomness, utf8ToBytes(node)))
  const resting = new Set(
    known.filter(({ node }) => isCoolingDown(node, epoch, known, params)).map(({ node }) => operators.get(node))
  )
  const rested = [...candidates].filter(([, operator]) => !resting.has(operator))
  const inOrder = sortedBy(rested, ([node]) => lotOf(node))
  const seen = new Set<Address>()
  const seated = inOrder.filter(([, operator]) => {
    const isFirst = !seen.has(operator)
    seen.add(operator)
    return isFirst
  })
  const drawn = seated.slice(0, AUTHOR_STAGES.length * authorSeats).map(([node], place): Commission => {
    const stage = AUTHOR_STAGES[place % AUTHOR_STAGES.length] as AuthorStage
    return { epoch, stage, rank: Math.floor(place / AUTHOR_STAGES.length), node }
  })
  return sortedBy(
    [...kept, ...drawn],
    ({ epoch: of }) => of,
    ({ stage }) => AUTHOR_STAGES.indexOf(stage),
    ({ rank }) => rank
  )
}
