import type { EpochNumber, ModelId, NodeId, RoundId } from '@cortensor/interface'
import type { NodeSkill, OutcomeStatus, QuizCategory, Report, TemplateCalibration } from '@cortensor/protocols'
import { scoringError } from '../errors.js'
import { type Answer, type Skill, updatedSkill } from '../skill/posterior.js'
import { offsetsOf } from './calibrations.js'
import { markedAgain } from './marked-again.js'
import { calibratedItems } from './marked-answers.js'
import type { ScoredOutcome } from './outcomes.js'
import { modelMeans, refutedNodes, shownModel, startOf, unlearnt } from './skills.js'
import type { OpenedItem } from './types.js'

/** One item, and what it did to what is known of the node. */
export interface LevelStep {
  roundId: RoundId
  status: OutcomeStatus
  question: string
  /** The right answer. */
  answer: string
  /** What the node said; null where it said nothing. */
  given: string | null
  isRight: boolean
  difficultyMilli: number
  before: Skill
  after: Skill
}

/** What one epoch did to one category of a node. */
export interface LevelEpoch {
  epoch: EpochNumber
  category: QuizCategory
  /** The model that was measured. */
  model: ModelId | null
  /** Where it started: what was known before, a little less sure for every epoch without evidence; or the mean of its model. */
  start: Skill
  steps: readonly LevelStep[]
  /** True when an audit has refuted answers of the node in this epoch: what it has shown so far counts for nothing. */
  isUnlearnt: boolean
  /** As the report says. */
  end: Skill
}

export interface ExplainLevelInit {
  node: NodeId
  report: Pick<Report, 'audits' | 'epoch' | 'outcomes'>
  /** Of this report, and of the one before. */
  skills: readonly NodeSkill[]
  prevSkills: readonly NodeSkill[]
  /** Of the report before. */
  prevCalibrations: readonly TemplateCalibration[]
  /** Everything that the report's observations name. */
  items: readonly OpenedItem[]
}

const unexplained = (message: string) => scoringError('SCORING_LEVEL_UNEXPLAINED', message)

/**
 * How an epoch moved a node's skills, item by item: each step is the posterior after all answers so far. Throws `SCORING_LEVEL_UNEXPLAINED`
 * when the report says something else than its own evidence gives, by a single thousandth.
 */
export function explainLevel({ items, node, prevCalibrations, prevSkills, report, skills }: ExplainLevelInit): LevelEpoch[] {
  const offsetOf = offsetsOf(prevCalibrations)
  const scored = report.outcomes
    .filter(({ miner }) => miner === node)
    .map(
      (outcome): ScoredOutcome => ({ outcome, marked: calibratedItems(markedAgain(outcome, items).marked, offsetOf), said: null })
    )
  const known = prevSkills.filter((row) => row.node === node)
  const model = shownModel(scored) ?? known[0]?.model ?? null
  const meanOf = modelMeans(prevSkills)
  const isUnlearnt = refutedNodes(report.audits).has(node)
  const asked = scored.flatMap(({ marked, outcome }) => marked.map((one) => ({ ...one, outcome })))
  return [...Map.groupBy(asked, ({ item }) => item.category)].map(([category, own]) => {
    const row = known.find((one) => one.category === category)
    const start = startOf(row, model, report.epoch, (shown) => meanOf(shown, category)).skill
    const answers = own.map(({ isRight, item }): Answer => ({ item, isCorrect: isRight }))
    const steps = own.map(({ isRight, item, outcome, text }, i): LevelStep => {
      const { answer, difficultyMilli, question } = item
      const [before, after] = [updatedSkill(start, answers.slice(0, i)), updatedSkill(start, answers.slice(0, i + 1))]
      const { roundId, status } = outcome
      return { roundId, status, question, answer, given: text, isRight, difficultyMilli, before, after }
    })
    const learnt = steps.at(-1)?.after ?? start
    const end = isUnlearnt ? unlearnt(learnt) : learnt
    const stated = skills.find((one) => one.node === node && one.category === category)
    if (stated?.meanMilli !== end.meanMilli || stated.sdMilli !== end.sdMilli) {
      throw unexplained(`${category}: the report says ${stated?.meanMilli}, the answers of ${node} give ${end.meanMilli}`)
    }
    return { epoch: report.epoch, category, model, start, steps, isUnlearnt, end }
  })
}
