import { QUIZ_CATEGORIES, type QuizCategory } from '@cortensor/protocols'
import { cliError } from './errors.js'

/** The category that an option names, or all of them. Throws `CLI_BAD_OPTION`. */
export function readCategory(name: string | undefined): QuizCategory | undefined {
  const category = QUIZ_CATEGORIES.find((one) => one === name)
  if (name !== undefined && category === undefined) {
    throw cliError('CLI_BAD_OPTION', `There is no category ${name}; there are ${QUIZ_CATEGORIES.join(', ')}`)
  }
  return category
}
