import type { NetworkParams } from '@cortensor/config'
import { bytesToHex32, domainHash, hex32ToBytes } from '@cortensor/crypto'
import type { Address, EpochNumber, Hex32, ModelId, NodeId, RoundId, UnixMs } from '@cortensor/interface'
import {
  type JudgedAnswer,
  type JudgeStanding,
  MAX_JUDGED_ANSWERS,
  MAX_JUDGED_NODES,
  type NodeSkill,
  type OpenPanel,
  type RoundOpen,
  roundSeed
} from '@cortensor/protocols'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import { openChallenge } from '../items/open-challenge.js'
import { sortedBy } from '../order.js'
import type { OpenAnswer } from '../report/agreements.js'
import { isJudge, isOnTrial } from './judge-standing.js'
import { MIN_PANEL } from './usefulness.js'

export interface PanelsInit {
  /** That an epoch counts. */
  rounds: readonly { roundId: RoundId; round: RoundOpen }[]
  /** To their open challenges, those that are compared. */
  said: ReadonlyMap<RoundId, readonly OpenAnswer[]>
  /** Who may be drawn, with its operator: known to the state before the round's seed was. */
  candidates: ReadonlyMap<NodeId, Address>
  /** Of every node that is bound. */
  operators: ReadonlyMap<NodeId, Address>
  /** Of the state before; only the model matters. */
  skills: readonly Pick<NodeSkill, 'node' | 'model'>[]
  /** After the panels that ended. */
  standings: readonly JudgeStanding[]
  epoch: EpochNumber
  cutoffMs: UnixMs
  params: Pick<NetworkParams, 'quiz'>
}

/** Nobody knows it before the round opens. */
const lotOf = (label: string, seed: Hex32, of: string): string =>
  bytesToHex(domainHash(`cortensor/panel/${label}/1`, hex32ToBytes(seed), utf8ToBytes(of)))

/** Different answers, and who gave them; which of many are compared, the seed draws. */
function judgedAnswers(seed: Hex32, said: readonly OpenAnswer[]): JudgedAnswer[] {
  const byText = Map.groupBy(said, ({ text }) => text)
  const drawn = sortedBy(byText.keys(), (text) => lotOf('answer', seed, text)).slice(0, MAX_JUDGED_ANSWERS)
  return drawn.map((text): JudgedAnswer => {
    const nodes = sortedBy(byText.get(text) ?? [], ({ node }) => node).map(({ node }) => node)
    return { text, nodes: nodes.slice(0, MAX_JUDGED_NODES) }
  })
}

/**
 * Who judges the open challenges of an epoch's rounds, and who is tried as a judge with them. An operator has one seat at most, and none where
 * a node of its own has given one of the answers. With too few judges for a median nobody is asked about the answers.
 */
export function drawPanels(init: PanelsInit): OpenPanel[] {
  const { candidates, cutoffMs, epoch, operators, params } = init
  const { judgeSeats, trialSeats } = params.quiz
  const standings = new Map(init.standings.map((row) => [row.node, row]))
  const models = new Map(init.skills.flatMap(({ model, node }): [NodeId, ModelId][] => (model === null ? [] : [[node, model]])))
  const panels = init.rounds.flatMap(({ round, roundId }): OpenPanel[] => {
    if (round.level !== 1) {
      return []
    }
    const seed = bytesToHex32(roundSeed(round))
    const compared = judgedAnswers(seed, init.said.get(roundId) ?? [])
    const taken = new Set<Address | undefined>(compared.flatMap(({ nodes }) => nodes.map((node) => operators.get(node))))
    const inOrder = sortedBy(candidates, ([node]) => lotOf('judge', seed, node))
    const draw = (seats: number, isFit: (standing: JudgeStanding | undefined, model: ModelId) => boolean): NodeId[] => {
      const drawn: NodeId[] = []
      for (const [node, operator] of inOrder) {
        const model = models.get(node)
        if (drawn.length < seats && model !== undefined && !taken.has(operator) && isFit(standings.get(node), model)) {
          taken.add(operator)
          drawn.push(node)
        }
      }
      return drawn
    }
    const seated = compared.length < 2 ? [] : draw(judgeSeats, isJudge)
    const isHeld = seated.length >= MIN_PANEL
    // Who is tried sees none of the answers, so that it may have given one.
    taken.clear()
    const tried = draw(trialSeats, isOnTrial)
    const asked = isHeld
      ? { question: openChallenge(round).question, answers: compared, judges: seated }
      : { question: '', answers: [], judges: [] }
    return isHeld || tried.length > 0 ? [{ roundId, epoch, drawnMs: cutoffMs, seed, ...asked, tried }] : []
  })
  return sortedBy(panels, ({ roundId }) => roundId)
}
