import { bytesToHex32, cidFromHash, createSigner } from '@cortensor/crypto'
import type { Address, EpochNumber, NodeId, RoundId, Signer } from '@cortensor/interface'
import {
  type AskedAnswer,
  encodeQuizMessage,
  type JudgeStanding,
  type NodeSkill,
  type OpenPanel,
  type RoundBallot
} from '@cortensor/protocols'
import { calibrationPairs, judgeRequests } from '../src/index.js'
import { type ClosePanelsInit, closePanels } from '../src/panel/close-panels.js'
import { createExclusionList } from '../src/report/exclusions.js'
import type { SightedItems } from '../src/report/sighted-items.js'
import type { ItemOf } from '../src/report/types.js'
import { hashOf, MODEL, params, seal } from './world.js'

export const nodeNamed = (name: string, operator = `operator ${name}`): Signer =>
  createSigner({ nodeSeed: hashOf(`node ${name}`), operatorKey: hashOf(operator) })

const TRANSCRIPT = cidFromHash(hashOf('ballot transcript'))

export const JUDGES = ['a', 'b', 'c', 'd', 'e'].map((name) => nodeNamed(`judge ${name}`))

/** That has judged forty pairs, all of them right. */
export const standing = (node: NodeId, change: Partial<JudgeStanding> = {}): JudgeStanding => ({
  ...{ node, model: MODEL, rubric: 1, epoch: 1 as EpochNumber, asked: 40, right: 40 },
  ...change
})

export const skillOf = (node: NodeId): NodeSkill => ({
  ...{ node, model: MODEL, category: 'facts', meanMilli: 0, sdMilli: 500, epoch: 1 as EpochNumber, priorMilli: 0, items: 4 }
})

/** The lines of a judge's question that begin with a mark. */
export const shown = ({ messages }: Pick<AskedAnswer, 'messages'>, mark: string): string =>
  (messages[0]?.content ?? '')
    .split('\n')
    .filter((line) => line.startsWith(`${mark}| `))
    .map((line) => line.slice(3))
    .join('\n')

export type Says = (request: Omit<AskedAnswer, 'text'>) => string

/** Knows the right answers of its own pairs, and prefers answers by `worth` otherwise. */
export function skilled(panel: OpenPanel, node: NodeId, worth: (text: string) => number): Says {
  const rights = new Map(
    calibrationPairs(panel.seed, node).map(({ answers, question, right }) => [question, answers[right === 'first' ? 0 : 1]])
  )
  return (request) => {
    const [question, a, b] = [shown(request, 'Q'), shown(request, 'A'), shown(request, 'B')]
    const right = rights.get(question)
    if (right !== undefined) {
      return a === right ? 'A' : 'B'
    }
    return worth(a) === worth(b) ? 'TIE' : worth(a) > worth(b) ? 'A' : 'B'
  }
}

export const ballotOf = (panel: OpenPanel, node: NodeId, says: Says, change: Partial<RoundBallot> = {}): RoundBallot => ({
  ...{ roundId: panel.roundId, salt: hashOf('ballot salt'), modelId: MODEL, transcript: TRANSCRIPT },
  replies: judgeRequests(panel, node).map(says),
  ...change
})

export const sealBallot = (by: Signer, ballot: RoundBallot): Promise<Uint8Array> =>
  seal(by, 'quiz', encodeQuizMessage({ type: 'ballot', ...ballot }))

export const ROUND = '11'.repeat(32) as RoundId
export const TEXTS = ['the best answer', 'a good answer', 'a bad answer', 'no answer at all']
export const WORTH = (text: string): number => -TEXTS.indexOf(text)

/** Four answers, a node each. */
export const panelWith = (judges: readonly NodeId[], change: Partial<OpenPanel> = {}): OpenPanel => ({
  ...{ roundId: ROUND, epoch: 2 as EpochNumber, drawnMs: 1_000, seed: bytesToHex32(hashOf('seed')) },
  question: 'Tell me about Vienna.',
  answers: TEXTS.map((text, i) => ({ text, nodes: [nodeNamed(`answerer ${i}`).nodeId] })),
  judges: [...judges],
  tried: [],
  ...change
})

export interface CloseInit {
  ballots: readonly { by: NodeId; ballot: RoundBallot; witnesses?: number }[]
  standings?: readonly JudgeStanding[]
  cutoffMs?: number
}

/** What comes of ballots, apart from all else that a report is made of. */
export function close(panel: OpenPanel, { ballots, cutoffMs = 2_000, standings = [] }: CloseInit) {
  const items = ballots.map(
    ({ ballot, by }, i): ItemOf<'ballot'> => ({
      ...{ kind: 'ballot', ballot, sender: by, id: String(i).padStart(64, '0') }
    })
  )
  const exclusions = createExclusionList()
  const sighted: SightedItems = {
    invalid: [],
    of: ((kind: string) => (kind === 'ballot' ? items : [])) as SightedItems['of'],
    witnesses: ({ id }) => ballots[Number(id)]?.witnesses ?? 4
  }
  const nodes = [...panel.judges, ...panel.tried, ...panel.answers.flatMap((one) => one.nodes)]
  const init: ClosePanelsInit = {
    ...{ panels: [panel], standings, items: sighted, witnesses: 2, epoch: 3 as EpochNumber, cutoffMs, params, exclusions },
    payable: new Map(nodes.map((node) => [node, `operator of ${node}` as Address]))
  }
  return { ...closePanels(init), excluded: items.map((item) => exclusions.of(item)) }
}
