import type { NetworkParams } from '@cortensor/config'
import { ZERO_HEX32 } from '@cortensor/crypto'
import type { Chain, GossipVerdict, Hex32, NetworkId, RoundId, Verifier } from '@cortensor/interface'
import type { OpenedEnvelope, QuizMessage, RoundOpen } from '@cortensor/protocols'
import { isAuthoredSigned, isCertified, leaderOf, memberIndex, readLaggards, roundIdOf } from '@cortensor/protocols'
import { roundDeadlines } from '@cortensor/scoring'
import type { RoundBase } from '../quiz/own-ability.js'

export interface RoundHandlerInit {
  networkId: NetworkId
  chain: Chain
  verifier: Verifier
  nowMs: () => number
  params: NetworkParams
  onRound: (round: RoundOpen, roundId: RoundId, base: RoundBase) => void
  /** A node has written something for an open challenge; whether it had a right to is not looked at here. */
  onWritten: (message: Extract<QuizMessage, { type: 'create' | 'prepare' }>, envelope: OpenedEnvelope) => void
}

/** How far a round's opening may lie ahead of the own clock, in ms: as loose as clocks kept by NTP ever need. Oracles refuse it then too. */
const CLOCK_TOLERANCE_MS = 2_000

/** Takes rounds that the leader of the current epoch opens; forwards what members and answerers say without judging it. */
export function createRoundHandler(init: RoundHandlerInit) {
  let lastRound: Pick<RoundOpen, 'prev' | 'view' | 'index'> | null = null

  /** A leader whose view was given up does not come back: on one head, views and indexes only rise. */
  const isNewer = ({ index, prev, view }: RoundOpen): boolean =>
    lastRound === null || prev !== lastRound.prev || view > lastRound.view || (view === lastRound.view && index > lastRound.index)

  const takeRound = async (round: RoundOpen, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    const [committee, last] = await Promise.all([init.chain.committee(), init.chain.lastCommit()])
    if (memberIndex(committee, envelope.sender) < 0) {
      return 'ignore'
    }
    const nowMs = init.nowMs()
    const isOpen = round.openedMs <= nowMs + CLOCK_TOLERANCE_MS && nowMs < roundDeadlines(round, init.params).computeMs
    const prev: Hex32 = last?.digest ?? ZERO_HEX32
    const isCurrent = round.epoch === (last?.epoch ?? 0) + 1 && round.prev === prev
    if (!isOpen || !isCurrent || !isNewer(round)) {
      return 'ignore'
    }
    const laggards = await readLaggards(init.chain, committee, { epoch: round.epoch, depth: init.params.epoch.confirmationDepth })
    if (envelope.sender !== leaderOf(committee, round.epoch, round.view, laggards)) {
      return 'ignore'
    }
    const instance = { config: committee.config, epoch: round.epoch, prev }
    const { networkId, verifier } = init
    const isCertain = await isCertified(round.timeouts, round.view, { networkId, verifier, instance, committee })
    if (!isCertain || !(await isAuthoredSigned(round, { networkId, verifier })) || !isNewer(round)) {
      return 'ignore'
    }
    lastRound = { prev, view: round.view, index: round.index }
    init.onRound(round, roundIdOf(init.networkId, envelope.sender, envelope.payload), { commit: last, committee })
    return 'accept'
  }
  return async (message: QuizMessage, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    if (message.type === 'open') {
      return await takeRound(message, envelope)
    }
    if (message.type === 'create' || message.type === 'prepare') {
      init.onWritten(message, envelope)
    }
    return 'accept'
  }
}
