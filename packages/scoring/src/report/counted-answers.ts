import type { NetworkParams } from '@cortensor/config'
import type { Hex32, NodeId, RoundId } from '@cortensor/interface'
import type { ExclusionReason, RoundOpen } from '@cortensor/protocols'
import { isAnswerer } from '../rounds/answerers.js'
import type { ExclusionList } from './exclusions.js'
import type { SightedItems } from './sighted-items.js'
import type { ItemOf } from './types.js'

export interface CountAnswersInit {
  items: SightedItems
  rounds: readonly ItemOf<'round'>[]
  payable: ReadonlyMap<NodeId, unknown>
  exclusions: ExclusionList
  params: Pick<NetworkParams, 'quiz'>
  /** So many observers must have had a message in time; each keeps late ones out of its observation. */
  witnesses: number
}

/** What nodes said in one round. */
export interface RoundAnswers {
  heard: readonly HeardAnswer[]
  /** Who promised an answer too late, and none in time. */
  late: readonly NodeId[]
}

export interface HeardAnswer {
  miner: NodeId
  /** More than one where it promised different answers. */
  commitments: ReadonlySet<Hex32>
  reveals: readonly ItemOf<'answer-reveal'>[]
}

type AnswerItem = ItemOf<'answer-precommit'> | ItemOf<'answer-reveal'>

/** Which promises and reveals of an epoch count, by round. Those that do not are excluded with their reason. */
export function countAnswers(init: CountAnswersInit): (round: RoundId) => RoundAnswers {
  const rounds = new Map<string, RoundOpen>(init.rounds.map(({ round, roundId }) => [roundId, round]))
  const reasonOf = (item: AnswerItem): ExclusionReason | null => {
    const round = rounds.get(item.roundId)
    if (round === undefined) {
      return 'incomplete'
    }
    if (!isAnswerer(round, item.sender, init.params)) {
      return 'not_allowed'
    }
    if (init.items.witnesses(item) < init.witnesses) {
      return 'late'
    }
    return init.payable.has(item.sender) ? null : 'unknown_node'
  }
  const isCounted = (item: AnswerItem): boolean => {
    const reason = reasonOf(item)
    if (reason !== null) {
      init.exclusions.add([item], reason)
    }
    return reason === null
  }
  const answerKey = ({ roundId, sender }: AnswerItem): string => `${roundId}/${sender}`
  const precommits = init.items.of('answer-precommit')
  const inTime = precommits.filter(isCounted)
  const reveals = Map.groupBy(init.items.of('answer-reveal').filter(isCounted), answerKey)
  const promised = new Set(inTime.map(answerKey))
  const unpromised = [...reveals].filter(([key]) => !promised.has(key)).flatMap(([, items]) => items)
  init.exclusions.add(unpromised, 'incomplete')

  const tooLate = precommits.filter(
    (item) => reasonOf(item) === 'late' && init.payable.has(item.sender) && !promised.has(answerKey(item))
  )
  const inTimeOf = Map.groupBy(inTime, ({ roundId }) => roundId)
  const tooLateOf = Map.groupBy(tooLate, ({ roundId }) => roundId)
  return (roundId) => {
    const own = Map.groupBy(inTimeOf.get(roundId) ?? [], ({ sender }) => sender)
    const heard = [...own].map(([miner, items]): HeardAnswer => {
      const commitments = new Set(items.map(({ commitment }) => commitment))
      return { miner, commitments, reveals: reveals.get(`${roundId}/${miner}`) ?? [] }
    })
    return { heard, late: [...new Set((tooLateOf.get(roundId) ?? []).map(({ sender }) => sender))] }
  }
}
