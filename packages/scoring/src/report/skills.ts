import type { EpochNumber, ModelId, NodeId } from '@cortensor/interface'
import type { AuditOutcome, NodeSkill, QuizCategory } from '@cortensor/protocols'
import type { AbilityOf } from '../items/quiz-items.js'
import { sortedBy } from '../order.js'
import { type Answer, drifted, priorSkill, type Skill, updatedSkill } from '../skill/posterior.js'
import type { ScoredOutcome } from './outcomes.js'

/** Only those who are known this well say what their model can do. */
const MAX_WITNESS_SD_MILLI = 500

/** What the skills of nodes with one model are on the average, by model and category. */
export function modelMeans(known: readonly NodeSkill[]): (model: ModelId | null, category: QuizCategory) => number {
  const telling = known.filter(({ model, sdMilli }) => model !== null && sdMilli <= MAX_WITNESS_SD_MILLI)
  const groups = Map.groupBy(telling, ({ category, model }) => `${model}/${category}`)
  return (model, category) => {
    const group = groups.get(`${model}/${category}`) ?? []
    const sum = group.reduce((sum, { meanMilli }) => sum + meanMilli, 0)
    return group.length === 0 ? 0 : Math.trunc(sum / group.length)
  }
}

/** Before the answers of this epoch. */
interface Start {
  skill: Skill
  items: number
}

/**
 * Where a node starts in a category: from what is known, a little less sure for every epoch without evidence; else from the mean of its
 * model. Who shows another model is as unknown as a newcomer, and never better than before: a new model must prove itself.
 */
export function startOf(
  row: NodeSkill | undefined,
  model: ModelId | null,
  epoch: EpochNumber,
  meanOf: (model: ModelId | null) => number
): Start {
  if (row === undefined) {
    return { skill: priorSkill(meanOf(model)), items: 0 }
  }
  if (row.model !== null && model !== null && row.model !== model) {
    return { skill: priorSkill(Math.min(row.meanMilli, meanOf(model))), items: 0 }
  }
  // This epoch brings evidence; those between did not.
  return { skill: drifted(row, epoch - row.epoch - 1), items: row.items }
}

/** The model that a node showed in this epoch: the last one that it named, by round; null when it named none. */
export const shownModel = (scored: readonly ScoredOutcome[]): ModelId | null =>
  scored.reduce<ModelId | null>((last, { outcome }) => outcome.model ?? last, null)

/**
 * The posteriors after an epoch: exact for all answers of the epoch together, whatever their order. An item that was not answered is a wrong
 * answer. Rows without evidence stay as they are, byte for byte; how much they are worth follows from their epoch.
 */
export function updateSkills(known: readonly NodeSkill[], scored: readonly ScoredOutcome[], epoch: EpochNumber): NodeSkill[] {
  const meanOf = modelMeans(known)
  const rows = Map.groupBy(known, ({ node }) => node)
  for (const [node, own] of Map.groupBy(scored, ({ outcome }) => outcome.miner)) {
    rows.set(node, updateNode(node, rows.get(node) ?? [], own, epoch, meanOf))
  }
  return sortedBy(
    [...rows.values()].flat(),
    ({ node }) => node,
    ({ category }) => category
  )
}

function updateNode(
  node: NodeId,
  known: readonly NodeSkill[],
  scored: readonly ScoredOutcome[],
  epoch: EpochNumber,
  meanOf: ReturnType<typeof modelMeans>
): NodeSkill[] {
  const model = shownModel(scored) ?? known[0]?.model ?? null
  const answers = Map.groupBy(
    scored.flatMap(({ marked }) => marked),
    ({ item }) => item.category
  )
  const rows = new Map(known.map((row) => [row.category, row]))
  // Another model makes strangers of all categories, asked or not.
  const categories = new Set([...rows.keys(), ...answers.keys()])
  for (const category of categories) {
    const row = rows.get(category)
    const own = answers.get(category) ?? []
    const isOther = row !== undefined && row.model !== model
    if (own.length > 0 || isOther) {
      const { items, skill } = startOf(row, model, epoch, (shown) => meanOf(shown, category))
      const given = own.map(({ isRight, item }): Answer => ({ item, isCorrect: isRight }))
      const learnt = updatedSkill(skill, given)
      rows.set(category, { node, model, category, ...learnt, epoch, priorMilli: row?.meanMilli ?? 0, items: items + own.length })
    }
  }
  return [...rows.values()]
}

/** Whose quiz answers an audit has refuted, or could not look at. */
export const refutedNodes = (
  audits: readonly Pick<AuditOutcome, 'isPlanted' | 'miner' | 'type' | 'verdict'>[]
): ReadonlySet<NodeId> =>
  new Set(
    audits
      .filter(
        ({ isPlanted, type, verdict }) => type === 'quiz' && (verdict === 'invalid' || verdict === 'withheld') && !isPlanted
      )
      .map(({ miner }) => miner)
  )

/** What is known of an ability that refuted answers have taught: as little as of a newcomer's, and nothing good. */
export const unlearnt = ({ meanMilli }: Skill): Skill => priorSkill(Math.min(meanMilli, 0))

/** Forgets what the answers of refuted nodes have taught of them. */
export function unlearn(rows: readonly NodeSkill[], audits: readonly AuditOutcome[], epoch: EpochNumber): NodeSkill[] {
  const refuted = refutedNodes(audits)
  return rows.map((row) => {
    // Rounds of this epoch chose their items by what was known before it.
    const priorMilli = row.epoch === epoch ? row.priorMilli : row.meanMilli
    return refuted.has(row.node) ? { ...row, ...unlearnt(row), epoch, priorMilli, items: 0 } : row
  })
}

/**
 * What a round of an epoch chose a node's items by: the mean in the state that this epoch builds on. `rows` are the node's, in that state or
 * in the one after it, so that a round which ended too late for its own epoch is marked in the next one.
 */
export function askedAbility(rows: readonly NodeSkill[], roundEpoch: EpochNumber): AbilityOf {
  const means = new Map(
    rows.map(({ category, epoch, meanMilli, priorMilli }) => [category, epoch < roundEpoch ? meanMilli : priorMilli])
  )
  return (category) => means.get(category) ?? 0
}

/** What a report's rows are worth in a later epoch, by node and category. */
export function skillsAt(
  rows: readonly NodeSkill[],
  epoch: number
): ReadonlyMap<NodeId, { model: ModelId | null; skills: ReadonlyMap<QuizCategory, Skill> }> {
  const byNode = Map.groupBy(rows, ({ node }) => node)
  return new Map(
    [...byNode].map(([node, own]) => {
      const skills = own.map((row): [QuizCategory, Skill] => {
        const { meanMilli, sdMilli } = row
        return [row.category, drifted({ meanMilli, sdMilli }, epoch - row.epoch)]
      })
      return [node, { model: own[0]?.model ?? null, skills: new Map(skills) }]
    })
  )
}

/** Rows by node and category, for who looks up many. */
export const skillIndex = (rows: readonly NodeSkill[]): ReadonlyMap<string, NodeSkill> =>
  new Map(rows.map((row) => [`${row.node}/${row.category}`, row]))
