import type { NetworkParams } from '@cortensor/config'
import type { Chain, GossipVerdict, NetworkId, NodeId, Verifier } from '@cortensor/interface'
import type { OpenedEnvelope, QuizMessage, RoundOpen, RoundPlace, RoundRequest } from '@cortensor/protocols'
import { isAuthoredSigned, isCertified, leaderOf, roundIdOf } from '@cortensor/protocols'
import { type AuthoringFault, isAnswerer, isRightlyAuthored, panelEndMs } from '@cortensor/scoring'
import type { Evidence } from '../evidence/evidence.js'
import type { AnswerRefusal, BallotRefusal } from '../evidence/pool.js'
import type { Head } from '../head.js'
import { CLOCK_TOLERANCE_MS } from '../options.js'
import type { AuthoringDesk } from '../quiz/authoring-desk.js'
import type { RoundRequests } from '../quiz/round-requests.js'

export interface QuizHandlerInit {
  networkId: NetworkId
  chain: Chain
  verifier: Verifier
  evidence: Evidence
  head: () => Head | null
  /** The view that the agreement is in. */
  view: () => number
  params: Pick<NetworkParams, 'deadlines' | 'quiz'>
  requests: RoundRequests
  authoring: Pick<AuthoringDesk, 'take' | 'asked'>
  onRequest: (request: RoundRequest) => void
  onRound: (round: RoundOpen) => void
  /** An answer does not count for this oracle. */
  onRefused: (refusal: AnswerRefusal) => void
  /** Nor a judge's ballot. */
  onUnheard: (refusal: BallotRefusal) => void
  /** Nor what a node has written for a round. */
  onUnwritten: (fault: AuthoringFault) => void
}

/** Rounds of the leader, and the answers to them. What comes after its deadline does not count for this oracle. */
export function createQuizHandler(init: QuizHandlerInit) {
  const { chain, evidence, networkId } = init

  const isOfLeader = ({ epoch, prev, view }: RoundPlace, envelope: OpenedEnvelope, head: Head): boolean => {
    const { committee, instance, laggards } = head
    const isCurrent = epoch === instance.epoch && prev === instance.prev
    const isLeader = envelope.sender === leaderOf(committee, epoch, view, laggards)
    // Rule 10: a leader whose view was given up opens nothing more on the same head.
    return isCurrent && isLeader && view >= init.view()
  }
  const isRightful = async (round: RoundOpen, envelope: OpenedEnvelope, head: Head): Promise<boolean> => {
    const { committee, instance } = head
    const isTimely = Math.abs(round.openedMs - evidence.nowMs()) <= CLOCK_TOLERANCE_MS
    const isRequested = init.requests.seedBlock() === round.seedBlock
    if (!isOfLeader(round, envelope, head) || !isTimely || !isRequested || round.nodes !== head.state.bindings.length) {
      return false
    }
    if (!(await isCertified(round.timeouts, round.view, { networkId, verifier: init.verifier, instance, committee }))) {
      return false
    }
    if (!isRightlyAuthored(round, head.state) || !(await isAuthoredSigned(round, { networkId, verifier: init.verifier }))) {
      return false
    }
    return (await chain.block(round.seedBlock))?.hash === round.seedBlockHash
  }
  const takeRound = async (round: RoundOpen, envelope: OpenedEnvelope): Promise<boolean> => {
    const head = init.head()
    if (head === null || !(await isRightful(round, envelope, head))) {
      return false
    }
    const isNew = evidence.pool.addRound(roundIdOf(networkId, envelope.sender, envelope.payload), round, envelope)
    if (isNew) {
      init.requests.opened(round.seedBlock)
      if (round.authored.length > 0) {
        init.authoring.asked()
      }
      init.onRound(round)
    }
    return isNew
  }
  const takeRequest = async (request: RoundRequest, envelope: OpenedEnvelope): Promise<boolean> => {
    const head = init.head()
    // It has no certificate: only the leader of the view that this oracle is in.
    const isOfNow = head !== null && isOfLeader(request, envelope, head) && request.view === init.view()
    const isNew = isOfNow && (await init.requests.take(request, evidence.nowMs()))
    if (isNew) {
      init.onRequest(request)
    }
    return isNew
  }
  const takeAnswer = (message: Extract<QuizMessage, { type: 'precommit' | 'reveal' }>, envelope: OpenedEnvelope): boolean => {
    const stage = message.type === 'precommit' ? 'precommits' : 'reveals'
    const round = evidence.pool.round(message.roundId)
    const isDrawn = round === null || isAnswerer(round, envelope.sender, init.params)
    const refusal = isDrawn ? evidence.pool.addAnswer(stage, message.roundId, envelope, evidence.nowMs()) : 'not_drawn'
    if (refusal !== null) {
      init.onRefused(refusal)
    }
    return refusal === null
  }
  /** Of who was drawn, and in time. Others may know of a commit earlier than this oracle, which has the round in its pool until then. */
  const ballotFault = ({ roundId }: Extract<QuizMessage, { type: 'ballot' }>, sender: NodeId): BallotRefusal | null => {
    const panel = init.head()?.state.panels.find((one) => one.roundId === roundId)
    if (panel === undefined) {
      return evidence.pool.round(roundId) === null ? 'unknown_round' : null
    }
    if (!panel.judges.includes(sender) && !panel.tried.includes(sender)) {
      return 'not_drawn'
    }
    return evidence.nowMs() > panelEndMs(panel, init.params) ? 'late' : null
  }
  const takeBallot = (message: Extract<QuizMessage, { type: 'ballot' }>, envelope: OpenedEnvelope): boolean => {
    const refusal = ballotFault(message, envelope.sender) ?? evidence.pool.addBallot(message.roundId, envelope)
    if (refusal !== null) {
      init.onUnheard(refusal)
    }
    return refusal === null
  }
  const takeWritten = (message: Extract<QuizMessage, { type: 'create' | 'prepare' }>, envelope: OpenedEnvelope): boolean => {
    const fault = init.authoring.take(message, envelope)
    if (fault !== null) {
      init.onUnwritten(fault)
    }
    return fault === null
  }
  return async (message: QuizMessage, envelope: OpenedEnvelope): Promise<GossipVerdict> => {
    if (message.type === 'create' || message.type === 'prepare') {
      // The opening that asks it brings it along: no evidence of its own.
      return takeWritten(message, envelope) ? 'accept' : 'ignore'
    }
    if (message.type === 'request') {
      return (await takeRequest(message, envelope)) ? 'accept' : 'ignore'
    }
    const isNew =
      message.type === 'open'
        ? await takeRound(message, envelope)
        : message.type === 'ballot'
          ? takeBallot(message, envelope)
          : takeAnswer(message, envelope)
    await evidence.keep(isNew, envelope)
    return isNew ? 'accept' : 'ignore'
  }
}
