import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Chain, EpochNumber, GossipVerdict, Hex32, NetworkId, RoundId } from '@cortensor/interface'
import type { OpenedEnvelope, QuizMessage, RoundOpen } from '@cortensor/protocols'
import { leaderOf, memberIndex, roundIdOf } from '@cortensor/protocols'

export interface RoundHandlerInit {
  networkId: NetworkId
  chain: Chain
  nowMs: () => number
  /** From a round's opening to its last precommit, in ms. */
  quizPrecommitMs: number
  onRound: (round: RoundOpen, roundId: RoundId) => void
}

/** How far a round's opening may lie ahead of the own clock, in ms: as loose as clocks kept by NTP ever need. Oracles refuse it then too. */
const CLOCK_TOLERANCE_MS = 2_000

/** Takes rounds that the leader of the current epoch opens; forwards what members and answerers say without judging it. */
export function createRoundHandler(init: RoundHandlerInit) {
  let lastRound: { epoch: EpochNumber; view: number; index: number } | null = null

  /** A leader whose view was given up does not come back: per epoch, views and indexes only rise. */
  const isNewer = (round: RoundOpen): boolean =>
    lastRound === null ||
    round.epoch > lastRound.epoch ||
    (round.epoch === lastRound.epoch &&
      (round.view > lastRound.view || (round.view === lastRound.view && round.index > lastRound.index)))

  const takeRound = async (round: RoundOpen, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    const [committee, last] = await Promise.all([init.chain.committee(), init.chain.lastCommit()])
    if (memberIndex(committee, envelope.sender) < 0) {
      return 'ignore'
    }
    const nowMs = init.nowMs()
    const isOpen = round.openedMs <= nowMs + CLOCK_TOLERANCE_MS && nowMs < round.openedMs + init.quizPrecommitMs
    const prev: Hex32 = last?.digest ?? ZERO_HEX32
    const isCurrent = round.epoch === (last?.epoch ?? 0) + 1 && round.prev === prev
    if (!isOpen || !isCurrent || envelope.sender !== leaderOf(committee, round.epoch, round.view) || !isNewer(round)) {
      return 'ignore'
    }
    lastRound = { epoch: round.epoch, view: round.view, index: round.index }
    init.onRound(round, roundIdOf(init.networkId, envelope.sender, envelope.payload))
    return 'accept'
  }
  return async (message: QuizMessage, envelope: OpenedEnvelope): Promise<GossipVerdict> =>
    message.type === 'open' ? takeRound(message, envelope) : 'accept'
}
