import type { QuizCategory } from '@cortensor/protocols'
import { ARITHMETIC } from './arithmetic.js'
import { CALENDAR } from './calendar.js'
import { COMPARE } from './compare.js'
import { FACTS } from './facts.js'
import { LOGIC } from './logic.js'
import { SEQUENCES } from './sequences.js'
import { STRINGS } from './strings.js'
import type { ItemTemplate } from './template.js'
import { TEXT } from './text.js'
import { UNITS } from './units.js'

/** Every kind of calibrated item. A change here changes what old rounds asked: it needs a new version of the protocol. */
export const CATALOGUE: Readonly<Record<QuizCategory, readonly ItemTemplate[]>> = {
  arithmetic: ARITHMETIC,
  compare: COMPARE,
  logic: LOGIC,
  sequences: SEQUENCES,
  strings: STRINGS,
  units: UNITS,
  calendar: CALENDAR,
  facts: FACTS,
  text: TEXT
}
