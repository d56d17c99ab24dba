import { QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import { ARITHMETIC } from './arithmetic.js'
import { CALENDAR } from './calendar.js'
import { COMPARE } from './compare.js'
import { EXTRACTION } from './extraction.js'
import { FACTS } from './facts.js'
import { FORMAT } from './format.js'
import { LOGIC } from './logic.js'
import { SEQUENCES } from './sequences.js'
import { STRINGS } from './strings.js'
import { type ItemTemplate, isCalibrated } from './template.js'
import { TEXT } from './text.js'
import { TRANSFORMATION } from './transformation.js'
import { UNITS } from './units.js'

/**
 * Every kind of item. A new template is one entry in its category's file. A change here changes what old rounds asked: it needs a new
 * version of the protocol.
 */
export const CATALOGUE: Readonly<Record<QuizCategory, readonly ItemTemplate[]>> = {
  arithmetic: ARITHMETIC,
  compare: COMPARE,
  logic: LOGIC,
  sequences: SEQUENCES,
  strings: STRINGS,
  units: UNITS,
  calendar: CALENDAR,
  facts: FACTS,
  text: TEXT,
  extraction: EXTRACTION,
  transformation: TRANSFORMATION,
  format: FORMAT
}

/** What rounds ask of a category. */
export const calibratedTemplates = (category: QuizCategory): readonly ItemTemplate[] => CATALOGUE[category].filter(isCalibrated)

/** The categories that rounds draw from. */
export const CALIBRATED_CATEGORIES: readonly QuizCategory[] = QUIZ_CATEGORIES.filter(
  (category) => calibratedTemplates(category).length > 0
)
