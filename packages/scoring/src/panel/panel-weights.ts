import type { NodeId } from '@cortensor/interface'
import type { NodeHonesty, PanelOpinion } from '@cortensor/protocols'
import { isInAlarm } from '../audit/honesty.js'

/**
 * What an answer gains at most that its panel finds better than all others, in millionths of a round in which everything is surely answered: a
 * fiftieth, about half of what agreeing with most is worth. One that is found worse loses nothing.
 */
export const PANEL_WEIGHT = 20_000n

/** A judge that was heard about answers: as much as an author has. Its transcript is audited like all others. */
export const JUDGE_WEIGHT = 50_000n

const SCALE = 1_000n

/** What panels add to the weights of nodes in the quiz pot; nothing for those against whom audits speak. */
export function panelWeights({
  honesty,
  opinions
}: {
  honesty: readonly NodeHonesty[]
  opinions: readonly PanelOpinion[]
}): ReadonlyMap<NodeId, bigint> {
  const alarmed = new Set(honesty.filter(isInAlarm).map(({ node }) => node))
  const weights = new Map<NodeId, bigint>()
  const add = (node: NodeId, weight: bigint): void => {
    if (weight > 0n && !alarmed.has(node)) {
      weights.set(node, (weights.get(node) ?? 0n) + weight)
    }
  }
  for (const { answers, ballots } of opinions) {
    for (const { nodes, scoreMilli } of answers) {
      for (const node of nodes) {
        add(node, (PANEL_WEIGHT * BigInt(Math.max(0, scoreMilli ?? 0))) / SCALE)
      }
    }
    for (const { isSeated, node, status } of ballots) {
      add(node, isSeated && status === 'counted' ? JUDGE_WEIGHT : 0n)
    }
  }
  return weights
}
