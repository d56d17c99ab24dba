import type { LedgerState, TemplateCalibration } from '@cortensor/protocols'
import { calibratedTemplates } from '../items/catalogue.js'
import type { QuizItem } from '../items/quiz-items.js'
import { sortedBy } from '../order.js'
import { type CalibrationAnswer, calibrated, isTelling } from '../skill/calibrate.js'
import type { ScoredOutcome } from './outcomes.js'
import { skillsAt } from './skills.js'

/** How far the prior of a template may well be off: the 55 of the catalogue were by 0.24 when six models were asked again. */
const PRIOR_SD_MILLI = 250

type Template = Pick<TemplateCalibration, 'category' | 'template'>

const keyOf = ({ category, template }: Template): string => `${category}/${template}`

/** The first template of a category that rounds ask: its difficulty is what it says, and holds the scale of the others in place. */
export const isAnchor = ({ category, template }: Template): boolean => calibratedTemplates(category)[0]?.name === template

/** By how much an item is harder than its template's prior says, as far as that is known. */
export type OffsetOf = (item: Template) => number

export function offsetsOf(rows: readonly TemplateCalibration[]): OffsetOf {
  const offsets = new Map(rows.map((row) => [keyOf(row), row.offsetMilli]))
  return (item) => offsets.get(keyOf(item)) ?? 0
}

/**
 * What an epoch's answers tell of the templates: each template by the answers of nodes whose skill was known before the epoch, so that
 * nothing is learnt twice from one answer. All exercises of a template share what is learnt, on top of what their parameters add. The
 * answers of an epoch count together, whatever their order.
 */
export function updateCalibrations(
  before: Pick<LedgerState, 'calibrations' | 'epoch' | 'skills'>,
  scored: readonly ScoredOutcome[]
): TemplateCalibration[] {
  const rows = new Map(before.calibrations.map((row) => [keyOf(row), row]))
  const skills = skillsAt(before.skills, before.epoch)
  const given = scored.flatMap(({ marked, outcome: { miner, model, status } }) => {
    const known = skills.get(miner)
    // What was not shown tells of the node, not of the items; another model than the measured one is a stranger.
    return status !== 'scored' || known === undefined || known.model !== model
      ? []
      : marked.flatMap((one) => {
          const skill = known.skills.get(one.item.category)
          return skill === undefined || isAnchor(one.item) ? [] : [{ ...one, skill }]
        })
  })
  for (const [key, answers] of Map.groupBy(given, ({ item }) => keyOf(item))) {
    const row = rows.get(key)
    const { category, guessMilli, slopeMilli, template } = (answers[0] as (typeof answers)[number]).item
    const [offset, sd] = [row?.offsetMilli ?? 0, row?.sdMilli ?? PRIOR_SD_MILLI]
    const telling = answers.map((one) => seenFromTemplate(one, offset)).filter(isTelling)
    if (telling.length > 0) {
      const learnt = calibrated(
        { slopeMilli, guessMilli, difficultyMilli: offset, difficultySdMilli: sd, isAnchor: false },
        telling
      )
      rows.set(key, {
        ...{ category, template, offsetMilli: learnt.difficultyMilli, sdMilli: learnt.difficultySdMilli },
        answers: (row?.answers ?? 0) + telling.length
      })
    }
  }
  return sortedBy(rows.values(), keyOf)
}

/** a (theta - (b + offset)) = a ((theta - b) - offset): to the template, an ability is how far it lies above the item's prior. */
function seenFromTemplate(
  { isRight, item, skill }: { isRight: boolean; item: QuizItem; skill: CalibrationAnswer['skill'] },
  offsetMilli: number
): CalibrationAnswer {
  const priorMilli = item.difficultyMilli - offsetMilli
  return { skill: { meanMilli: skill.meanMilli - priorMilli, sdMilli: skill.sdMilli }, isCorrect: isRight }
}
