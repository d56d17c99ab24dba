import { domainHash } from '@cortensor/crypto'
import type { NodeId, Rng } from '@cortensor/interface'
import type { QuizCategory, RoundOpen } from '@cortensor/protocols'
import { bytesToHex, createSeededRng, LruMap, uint64ToBytes, utf8Length, utf8ToBytes } from '@cortensor/utils'
import { byInformation, drawAmongBest } from '../skill/choose-item.js'
import type { ItemParams } from '../skill/item-model.js'
import { calibratedTemplates } from './catalogue.js'
import { type Exercise, type ItemTemplate, isLongAnswer, isWork, itemParams } from './template.js'

/** A question that a machine can mark. */
export interface QuizItem extends Required<Exercise>, ItemParams {
  category: QuizCategory
  /** Which of the category's templates it came from. */
  template: string
  /** Enough for the right answer, at most the round's `maxAnswerTokens`. */
  maxTokens: number
}

export type ItemsInit = Pick<RoundOpen, 'level' | 'categories' | 'itemsPerCategory' | 'maxAnswerTokens'>

/** What the state that a round builds on says of one node, in thousandths of a logit; 0 where it says nothing. */
export type AbilityOf = (category: QuizCategory) => number

/** Of a node that nobody has measured. */
export const UNMEASURED: AbilityOf = () => 0

/**
 * Exercises that a category's items are chosen from. Twelve of them come into question at each choice: a quarter is near enough to the
 * node's ability, and a bank of 300 would tell a tenth more at six times the cost to every oracle.
 */
const BANK_ITEMS = 48

const rngOf = (domain: string, seed: Uint8Array, node: NodeId, position: number): Rng =>
  createSeededRng(bytesToHex(domainHash(domain, seed, utf8ToBytes(node), uint64ToBytes(position))))

/** Templates whose answers fit; where none does, the one that comes closest. */
function fittingTemplates(category: QuizCategory, maxTokens: number): readonly ItemTemplate[] {
  const templates = calibratedTemplates(category)
  const fitting = templates.filter((template) => template.maxTokens <= maxTokens)
  return fitting.length > 0 ? fitting : templates.toSorted((a, b) => a.maxTokens - b.maxTokens).slice(0, 1)
}

/** A capability round asks for answers of many words alone. */
function templatesOf(category: QuizCategory, { level, maxAnswerTokens }: ItemsInit): readonly ItemTemplate[] {
  const fitting = fittingTemplates(category, maxAnswerTokens)
  const work = level === 2 ? fitting.filter(isWork) : []
  return work.length > 0 ? work : fitting
}

/** One item of a template. */
export function drawItem(category: QuizCategory, template: ItemTemplate, rng: Rng): QuizItem {
  const exercise = template.draw(rng)
  const { question, answer, parameters = {} } = exercise
  const { name, maxTokens } = template
  return { category, template: name, question, answer, parameters, ...itemParams(template, exercise), maxTokens }
}

/** As many of each template, each question once. */
function bankOf(category: QuizCategory, templates: readonly ItemTemplate[], maxTokens: number, rng: Rng): QuizItem[] {
  const each = Math.ceil(BANK_ITEMS / templates.length)
  const distinct = new Map<string, QuizItem>()
  for (const template of templates) {
    const bounded = { ...template, maxTokens: Math.min(template.maxTokens, maxTokens) }
    for (let i = 0; i < each; i++) {
      const item = drawItem(category, bounded, rng)
      distinct.set(item.question, item)
    }
  }
  return [...distinct.values()]
}

interface Bank {
  items: readonly QuizItem[]
  long: ReadonlySet<string>
}

/** Banks that were drawn last: who proposes a report and who checks it needs the same ones within seconds. Some 5 MB. */
const recentBanks = new LruMap<string, Bank>(256)

/** What nodes were asked last: a report is made or checked of as many answers, by several and more than once. Up to 30 MB. */
const recentItems = new LruMap<string, readonly QuizItem[]>(4_096)

/** Everything that a node could be asked in a category, numbered by its place in the round: which of it, its ability decides. */
function categoryBank(seed: Uint8Array, node: NodeId, open: ItemsInit, block: number): Bank {
  const key = `${bytesToHex(seed)}/${node}/${open.level}/${block}/${open.categories[block]}/${open.maxAnswerTokens}`
  const known = recentBanks.get(key)
  if (known !== undefined) {
    return known
  }
  const bank = drawBank(seed, node, open, block)
  recentBanks.set(key, bank)
  return bank
}

function drawBank(seed: Uint8Array, node: NodeId, open: ItemsInit, block: number): Bank {
  const category = open.categories[block] as QuizCategory
  const templates = templatesOf(category, open)
  const rng = rngOf('cortensor/quiz/bank/1', seed, node, block)
  const items = templates.length === 0 ? [] : bankOf(category, templates, open.maxAnswerTokens, rng)
  return { items, long: new Set(templates.filter(isLongAnswer).map(({ name }) => name)) }
}

/** All that one node could be asked in a round, whatever is known of it. */
export const possibleItems = (seed: Uint8Array, node: NodeId, open: ItemsInit): QuizItem[] =>
  open.categories.flatMap((_, block) => categoryBank(seed, node, open, block).items)

/** Items of a capability round lie this far above what the node is known to do, in thousandths of a logit: about a third are beyond it. */
const HARDER_MILLI = 350

/** In a capability round as many of each category come early as of every other, for who gets only so far. */
const inTurn = <T>(blocks: readonly (readonly T[])[]): T[] =>
  Array.from({ length: Math.max(0, ...blocks.map(({ length }) => length)) }, (_, i) =>
    blocks.flatMap((block) => block.slice(i, i + 1))
  ).flat()

/**
 * What one node is asked in a round, numbered from 0: all of the first category, then all of the second, and so on; in a capability round
 * one of each category, then another one of each. A pure function of
 * the round's seed, the node, and what the committed state knows of it, so that every oracle finds the same items and copying from another
 * node is useless. Each item is drawn among the twelve that tell most of the node. Where a category has templates with long answers, one
 * of its items is such a one.
 */
export function quizItems(seed: Uint8Array, node: NodeId, open: ItemsInit, abilityOf: AbilityOf): QuizItem[] {
  const round = `${bytesToHex(seed)}/${node}/${open.level}/${open.itemsPerCategory}/${open.maxAnswerTokens}`
  const key = `${round}/${open.categories.map((category) => `${category} ${abilityOf(category)}`).join('/')}`
  const items = recentItems.get(key) ?? askItems(seed, node, open, abilityOf)
  recentItems.set(key, items)
  return [...items]
}

function askItems(seed: Uint8Array, node: NodeId, open: ItemsInit, abilityOf: AbilityOf): readonly QuizItem[] {
  const added = open.level === 2 ? HARDER_MILLI : 0
  const blocks = open.categories.map((category, block) => {
    const { items, long } = categoryBank(seed, node, open, block)
    const rng = rngOf('cortensor/quiz/choice/1', seed, node, block)
    // Shuffled, so that of equal ones not always the same come first.
    const ranked = byInformation({ meanMilli: abilityOf(category) + added }, rng.shuffle(items))
    const longAt = long.size === 0 ? -1 : rng.int(0, open.itemsPerCategory - 1)
    let left = ranked
    return Array.from({ length: ranked.length === 0 ? 0 : open.itemsPerCategory }, (_, i): QuizItem => {
      const wanted = i === longAt ? left.filter(({ template }) => long.has(template)) : left
      // A bank never runs out with the templates there are; with fewer, a question comes twice.
      const item = drawAmongBest(wanted, rng) ?? (drawAmongBest(ranked, rng) as QuizItem)
      left = left.filter((other) => other !== item)
      return item
    })
  })
  return open.level === 2 ? inTurn(blocks) : blocks.flat()
}

/**
 * What the answer to an item is worth as work, in tokens of a byte each: the length of the right answer. It costs about that much with every
 * model, while what a template leaves room for costs up to seven times as much with one as with another, which would pay for choosing.
 */
export const workOf = ({ answer }: Pick<QuizItem, 'answer'>): number => utf8Length(answer)

/** Of what a node is known to get through, so much is asked of it in any case: a bad moment may take the rest. */
const REQUIRED_SHARE = 1 / 2

/**
 * How many items of a round count as asked. In a liveness round all of them. In a capability round those before the first one that was not
 * answered, and the items that fill half of what the node is known to get through, `knownTokens`, in any case: whatever machine it is, and
 * however many names share it, all are asked in proportion to what they can do.
 */
export function askedItems(
  { level }: Pick<ItemsInit, 'level'>,
  items: readonly Pick<QuizItem, 'answer'>[],
  answered: ReadonlySet<number>,
  knownTokens: number
): number {
  if (level !== 2) {
    return items.length
  }
  const missing = items.findIndex((_, position) => !answered.has(position))
  let [required, work] = [0, 0]
  for (const item of items) {
    work += workOf(item)
    if (work > knownTokens * REQUIRED_SHARE) {
      break
    }
    required += 1
  }
  return Math.max(required, missing === -1 ? items.length : missing)
}
