import type { NetworkParams } from '@cortensor/config'
import { bytesToHex32 } from '@cortensor/crypto'
import type { Address, EpochNumber, NodeId, UnixMs } from '@cortensor/interface'
import {
  answersDigest,
  type BallotStatus,
  type CountedBallot,
  type JudgeStanding,
  type OpenPanel,
  type PanelOpinion,
  type RoundBallot,
  type ShownAnswers
} from '@cortensor/protocols'
import { sortedBy } from '../order.js'
import type { ExclusionList } from '../report/exclusions.js'
import type { SightedItems } from '../report/sighted-items.js'
import { judgeRequests, type ReadBallot, readBallot } from './comparisons.js'
import { standingAfter } from './judge-standing.js'
import { usefulnessOf } from './usefulness.js'

export interface ClosePanelsInit {
  /** Of the state before. */
  panels: readonly OpenPanel[]
  standings: readonly JudgeStanding[]
  items: SightedItems
  payable: ReadonlyMap<NodeId, Address>
  /** Observers that must list a ballot. */
  witnesses: number
  epoch: EpochNumber
  cutoffMs: UnixMs
  params: Pick<NetworkParams, 'deadlines'>
  exclusions: ExclusionList
}

export interface ClosedPanels {
  /** Of the panels that are over; by round. */
  opinions: PanelOpinion[]
  /** Those that are not. */
  open: OpenPanel[]
  /** After the ballots that count; by node. */
  standings: JudgeStanding[]
}

/** When a panel ends without the ballots that are missing. */
export const panelEndMs = ({ drawnMs }: Pick<OpenPanel, 'drawnMs'>, { deadlines }: Pick<NetworkParams, 'deadlines'>): UnixMs =>
  drawnMs + deadlines.quizJudgeMs

/** A drawn node's ballot, or why it has none. */
interface HeardBallot {
  node: NodeId
  status: BallotStatus
  ballot: RoundBallot | null
  read: ReadBallot | null
}

type HeardBallots = ReadonlyMap<string, RoundBallot | 'late'>

const ballotKey = (roundId: string, node: NodeId): string => `${roundId}/${node}`

/** The first ballot of each drawn node that enough observers had in time. */
function hearBallots({ exclusions, items, panels, payable, witnesses }: ClosePanelsInit): HeardBallots {
  const byRound = new Map(panels.map((panel) => [panel.roundId, panel]))
  const heard = new Map<string, RoundBallot | 'late'>()
  for (const item of items.of('ballot')) {
    const { ballot, sender } = item
    const panel = byRound.get(ballot.roundId)
    const key = ballotKey(ballot.roundId, sender)
    const known = heard.get(key)
    if (panel === undefined) {
      exclusions.add([item], 'incomplete')
    } else if (!panel.judges.includes(sender) && !panel.tried.includes(sender)) {
      exclusions.add([item], 'not_allowed')
    } else if (!payable.has(sender)) {
      exclusions.add([item], 'unknown_node')
    } else if (items.witnesses(item) < witnesses) {
      exclusions.add([item], 'late')
      heard.set(key, known ?? 'late')
    } else if (known !== undefined && known !== 'late') {
      exclusions.add([item], 'duplicate')
    } else {
      heard.set(key, ballot)
    }
  }
  return heard
}

function readHeard(panel: OpenPanel, node: NodeId, heard: HeardBallots): HeardBallot {
  const ballot = heard.get(ballotKey(panel.roundId, node)) ?? 'silent'
  if (ballot === 'late' || ballot === 'silent') {
    return { node, status: ballot, ballot: null, read: null }
  }
  const read = readBallot(panel, node, ballot.replies)
  return read === null ? { node, status: 'malformed', ballot: null, read } : { node, status: 'counted', ballot, read }
}

/** What the transcript of a ballot has to say. */
function shownBallot(panel: OpenPanel, node: NodeId, { replies, salt, transcript }: RoundBallot): ShownAnswers {
  const answers = judgeRequests(panel, node).map((request, i) => ({ ...request, text: replies[i] ?? '' }))
  return { transcript, count: answers.length, digest: answersDigest(answers), salt: bytesToHex32(salt) }
}

/**
 * Ends the panels whose drawn nodes have all been heard, or whose time is over. Records come first, so that a ballot which shows that its judge
 * does not know better is not heard about the answers either.
 */
export function closePanels(init: ClosePanelsInit): ClosedPanels {
  const { cutoffMs, epoch, params, payable } = init
  const heard = hearBallots(init)
  const standings = new Map(init.standings.map((row) => [row.node, row]))
  const open: OpenPanel[] = []
  const over: { panel: OpenPanel; ballots: HeardBallot[] }[] = []
  for (const panel of init.panels) {
    const ballots = [...panel.judges, ...panel.tried].map((node) => readHeard(panel, node, heard))
    const isWaited = ballots.some(({ status }) => status === 'silent' || status === 'late')
    if (isWaited && cutoffMs < panelEndMs(panel, params)) {
      open.push(panel)
      continue
    }
    over.push({ panel, ballots })
    for (const { ballot, node, read } of ballots) {
      if (ballot !== null && read !== null) {
        standings.set(node, standingAfter(standings.get(node), { node, model: ballot.modelId, right: read.right, epoch }))
      }
    }
  }
  const opinions = over.map(({ ballots, panel }): PanelOpinion => {
    const panelists = ballots.flatMap(({ ballot, node, read }) => {
      const record = standings.get(node)
      const isHeard = read !== null && panel.judges.includes(node) && record?.model === ballot?.modelId
      return isHeard && record !== undefined ? [{ record, choices: read.choices }] : []
    })
    const worth = usefulnessOf({ answers: panel.answers.length, panel: panelists })
    return {
      roundId: panel.roundId,
      answers: panel.answers.flatMap(({ nodes }, i) => {
        const own = nodes.filter((node) => payable.has(node))
        const scoreMilli = worth[i]?.source === 'panel' ? worth[i].scoreMilli : null
        return own.length === 0 ? [] : [{ nodes: own, scoreMilli }]
      }),
      ballots: ballots.map(
        ({ ballot, node, read, status }): CountedBallot => ({
          ...{ node, isSeated: panel.judges.includes(node), status, model: ballot?.modelId ?? null },
          ...{ right: read?.right ?? 0, turned: read?.turned ?? 0 },
          shown: ballot === null ? null : shownBallot(panel, node, ballot)
        })
      )
    }
  })
  const inOrder = <T extends { roundId: string }>(rows: readonly T[]): T[] => sortedBy(rows, ({ roundId }) => roundId)
  return { opinions: inOrder(opinions), open: inOrder(open), standings: sortedBy(standings.values(), ({ node }) => node) }
}
