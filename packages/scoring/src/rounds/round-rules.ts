import type { NetworkParams } from '@cortensor/config'
import { domainHash } from '@cortensor/crypto'
import { type RoundLevel, type RoundOpen, roundSeed } from '@cortensor/protocols'
import { drawCategories } from '../items/draw-categories.js'

/** What of an opening is the network's rules, and not the leader's word. */
export type RoundRules = Pick<RoundOpen, 'level' | 'categories' | 'itemsPerCategory' | 'maxAnswerTokens'>

const BPS = 10_000

/**
 * Rounds of this epoch measure capability, in a network that measures it at all: what the pots are shared by is known from the first report
 * on.
 */
const FIRST_EPOCH = 1

/** Of two bytes; the remainder that makes some shares likelier by a tenth of a percent does not matter here. */
function drawLevel(seed: Uint8Array, epoch: number, capabilityBps: number): RoundLevel {
  if (capabilityBps > 0 && epoch === FIRST_EPOCH) {
    return 2
  }
  const [high = 0, low = 0] = domainHash('cortensor/quiz/level/1', seed)
  return (high * 256 + low) % BPS < capabilityBps ? 2 : 1
}

/**
 * What a round is about and asks, which follows from its seed and the network's parameters: the leader has no say in it. Capability rounds
 * draw from the categories whose answers keep a model at work.
 */
export function roundRules(
  open: Pick<RoundOpen, 'epoch' | 'seedBlock' | 'seedBlockHash'>,
  { quiz }: Pick<NetworkParams, 'quiz'>
): RoundRules {
  const seed = roundSeed(open)
  const level = drawLevel(seed, open.epoch, quiz.capabilityBps)
  const { capabilityItems, categoriesPerRound, itemsPerCategory, maxAnswerTokens } = quiz
  return {
    level,
    categories: drawCategories(seed, categoriesPerRound, level),
    itemsPerCategory: level === 2 ? capabilityItems : itemsPerCategory,
    maxAnswerTokens
  }
}
