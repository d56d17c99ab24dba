import { commitDigest } from '@cortensor/contracts'
import type { Address, CommitTotals, EpochCommit, EpochNumber, NodeId, RoundId } from '@cortensor/interface'
import { resultsRoot, rewardsTree } from '@cortensor/proofs'
import { auditedAnswers, auditRandomness, encodeReport, type LedgerState, type Report, witnessesOf } from '@cortensor/protocols'
import { type AuditDraw, drawAudits } from '../audit/draw.js'
import { paidOutcomes, updateHonesty } from '../audit/honesty.js'
import { judgeAudits } from '../audit/judge.js'
import { addSlashings } from '../audit/slashings.js'
import { authorCandidates, paidAuthors, recordAuthored } from '../authoring/authored-rounds.js'
import { drawCommissions } from '../authoring/commissions.js'
import { sortedBy } from '../order.js'
import { closePanels } from '../panel/close-panels.js'
import { drawPanels } from '../panel/draw-panels.js'
import { keptStandings } from '../panel/judge-standing.js'
import { panelWeights } from '../panel/panel-weights.js'
import type { OpenAnswer } from './agreements.js'
import { mergeBindings, payableNodes, readRegistry } from './bindings.js'
import { updateCalibrations } from './calibrations.js'
import { mergeConsumed } from './consumed.js'
import { createExclusionList } from './exclusions.js'
import { countFailures } from './failures.js'
import { moveMoney, usedSessions } from './money.js'
import { cutoffOf, nextEpoch, requireQuorum } from './observations.js'
import { type ScoredOutcome, scoreRounds } from './outcomes.js'
import { qualifiedNodes, updateReputations } from './reputations.js'
import { countResults } from './results.js'
import { countRounds } from './rounds.js'
import { sightItems } from './sighted-items.js'
import { refutedNodes, unlearn, updateSkills } from './skills.js'
import { updateThroughputs } from './throughputs.js'
import { findTwins } from './twins.js'
import type { DerivedReport, ReportInput } from './types.js'
import { liveNodes } from './uptime.js'

/**
 * The epoch's report: a pure function of the state before, what the committee observed and the registry at the anchor. The order of the
 * observations, items and registrations does not matter. Throws a `ScoringErrorCode` when the observations can not carry a report, or
 * a `WireErrorCode` when it is larger than a report can be.
 */
export function deriveReport(input: ReportInput): DerivedReport {
  const { committee, observations, params, state } = input
  requireQuorum(observations, committee, state)
  const cutoffMs = cutoffOf(observations, state)
  const registrations = sortedBy(
    input.anchor.registrations,
    ({ operator }) => operator,
    ({ node }) => node
  )

  const items = sightItems(input)
  const registry = readRegistry({ registrations })
  const exclusions = createExclusionList()
  exclusions.add(items.invalid, 'invalid')
  const bindings = mergeBindings(state.bindings, items, registry, exclusions)
  const payable = honestNodes(payableNodes(bindings, registry, 'miner'), state.honesty)
  const consumed = new Set(state.consumed.map(({ key }) => key))
  const span = { params, sinceMs: state.cutoffMs, cutoffMs, consumed, exclusions }
  const tasks = countResults({ ...span, items, registry, payable })
  const routers = payableNodes(bindings, registry, 'router')
  const undone = countFailures({ ...span, items, tasks, payable, routers })
  const quiz = countRounds({ ...span, items, committee, state })
  const known = Map.groupBy(state.skills, ({ node }) => node)
  const operators = new Map(bindings.map(({ node, operator }) => [node, operator]))
  const scored = scoreRounds({
    items,
    rounds: quiz.rounds,
    payable,
    operators,
    skills: known,
    throughputs: state.throughputs,
    calibrations: state.calibrations,
    exclusions,
    params,
    witnesses: witnessesOf(committee)
  })
  const outcomes = scored.map(({ outcome }) => outcome)
  const reputations = updateReputations(
    state.reputations,
    { outcomes, results: tasks.results, failures: undone.failures },
    nextEpoch(state)
  )
  const throughputs = updateThroughputs(state.throughputs, { rounds: quiz.rounds, outcomes }, nextEpoch(state))
  const calibrations = updateCalibrations(state, scored)

  const { draw } = input.anchor
  const drawn = draw === null ? NO_DRAW : drawAudits({ params: params.audit, state, blockHash: draw.hash })
  const witnesses = witnessesOf(committee)
  const { audits, pending } = judgeAudits({ state, draw: drawn, items, witnesses, cutoffMs, params: params.audit, exclusions })

  const honesty = updateHonesty(state.honesty, audits)
  const skills = unlearn(updateSkills(state.skills, scored, nextEpoch(state)), audits, nextEpoch(state))
  const paidMs = Math.min(cutoffMs - state.cutoffMs, params.reward.maxPaidMs)
  const live = liveNodes(observations, committee, params.reward.minUptimeBps)
  const seen = reputations.filter(({ node }) => live.has(node))
  const present = qualifiedNodes({ honesty, reputations: seen }, nextEpoch(state))
  const sessions = sortedBy(input.anchor.sessions, ({ session }) => session)
  const anchor = { ...input.anchor, registrations, sessions: usedSessions(sessions, tasks.results, state.settlements) }
  const faulty = findTwins({ items, committee, state, exclusions })
  const candidates = authorCandidates({ payable, live, reputations, honesty, state }, nextEpoch(state))
  const closed = closePanels({
    ...{ panels: state.panels, standings: state.judges, items, payable, witnesses },
    ...{ epoch: nextEpoch(state), cutoffMs, params, exclusions }
  })
  const { opinions } = closed
  const judges = keptStandings(closed.standings, nextEpoch(state), refutedNodes(audits))
  const panels = drawPanels({
    ...{ rounds: quiz.rounds, said: saidIn(scored), candidates, operators, skills: state.skills, standings: judges },
    ...{ epoch: nextEpoch(state), cutoffMs, params }
  })
  const authored = recordAuthored({ known: state.authored, rounds: quiz.rounds, outcomes, payable, epoch: nextEpoch(state) })
  const commissions = drawCommissions({
    known: state.commissions,
    epoch: (nextEpoch(state) + 1) as EpochNumber,
    candidates,
    operators,
    randomness: draw === null ? null : auditRandomness(state.digest, draw.hash),
    params
  })
  const observers = new Set(observations.map(({ sender }) => sender))
  const money = moveMoney({
    ...{
      params,
      epoch: nextEpoch(state),
      cutoffMs,
      paidMs,
      state,
      anchor,
      present,
      outcomes: paidOutcomes(outcomes, honesty),
      authors: paidAuthors({ authored, honesty }, nextEpoch(state)),
      panels: panelWeights({ opinions, honesty }),
      skills,
      throughputs,
      results: tasks.results,
      audits,
      pending
    },
    miners: payable,
    routers,
    oracles: committee.members.filter(({ nodeId }) => observers.has(nodeId) && !faulty.has(nodeId))
  })
  const { cumulative, results, rewards, settlements } = money
  const next: Omit<LedgerState, 'digest'> = {
    epoch: nextEpoch(state),
    cutoffMs,
    bindings,
    cumulative,
    skills,
    reputations,
    throughputs,
    calibrations,
    consumed: mergeConsumed(state.consumed, [...tasks.consumed, ...undone.consumed, ...quiz.consumed], cutoffMs),
    settlements,
    reported: auditedAnswers({ results, outcomes, opinions }),
    pending,
    honesty,
    commissions,
    authored,
    panels: sortedBy([...closed.open, ...panels], ({ roundId }) => roundId),
    judges,
    slashings: addSlashings(state, audits, bindings)
  }
  const totals: CommitTotals = {
    results: results.length,
    rewards: cumulative.reduce((sum, { amount }) => sum + amount, 0n)
  }
  return sealReport({
    version: 1,
    networkId: input.networkId,
    config: committee.config,
    epoch: next.epoch,
    prev: state.digest,
    prevReport: input.prevReport,
    observations: sortedBy(observations, ({ sender }) => sender).map(({ bytes }) => bytes),
    anchor,
    paidMs,
    results,
    outcomes,
    audits,
    opinions,
    failures: undone.failures,
    rewards,
    ...exclusions.list(),
    state: next,
    // Last, because they follow from the rest: who compares two reports meets the cause before its consequences.
    resultsRoot: resultsRoot(results, outcomes),
    rewardsRoot: rewardsTree(next).root,
    totals
  })
}

const NO_DRAW: Pick<AuditDraw, 'drawn' | 'undecided'> = { drawn: [], undecided: [] }

/** What was said to open challenges and is compared, by round. */
function saidIn(scored: readonly ScoredOutcome[]): Map<RoundId, OpenAnswer[]> {
  const said = new Map<RoundId, OpenAnswer[]>()
  for (const { outcome, said: text } of scored) {
    if (text !== null) {
      said.set(outcome.roundId, [...(said.get(outcome.roundId) ?? []), { node: outcome.miner, text }])
    }
  }
  return said
}

/** Those whom audits have not ejected: the others are paid nothing, and what they send does not count. */
const honestNodes = (payable: ReadonlyMap<NodeId, Address>, honesty: LedgerState['honesty']): ReadonlyMap<NodeId, Address> => {
  const ejected = new Set(honesty.filter(({ isEjected }) => isEjected).map(({ node }) => node))
  return new Map([...payable].filter(([node]) => !ejected.has(node)))
}

/** What the chain gets to see of a report, and its blocks. */
function sealReport(report: Report): DerivedReport {
  const { cid, blocks } = encodeReport(report)
  const commit: EpochCommit = {
    epoch: report.epoch,
    prev: report.prev,
    resultsRoot: report.resultsRoot,
    rewardsRoot: report.rewardsRoot,
    reportCid: cid,
    totals: report.totals
  }
  const digest = commitDigest(commit)
  return { report, blocks, cid, commit, digest, state: { ...report.state, digest } }
}
