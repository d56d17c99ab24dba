import { MONTHS, WEEKDAYS } from './data/dates.js'
import { flip, pick } from './draws.js'
import { ANSWER_TOKENS, type ItemTemplate } from './template.js'

const { number, word } = ANSWER_TOKENS

/** The entry `offset` places on, going round. */
const around = <T>(entries: readonly T[], offset: number): T =>
  entries[((offset % entries.length) + entries.length) % entries.length] as T

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

export const CALENDAR: readonly ItemTemplate[] = [
  {
    name: 'days-after',
    maxTokens: word,
    difficultyMilli: 0,
    harderMilli: { distance: 0 },
    draw(rng) {
      const [day, distance] = [rng.int(0, 6), rng.int(1, 9)]
      const question = `What day is ${distance} days after ${around(WEEKDAYS, day)}?`
      return { question, answer: around(WEEKDAYS, day + distance), parameters: { distance } }
    }
  },
  {
    name: 'days-before',
    maxTokens: word,
    difficultyMilli: -100,
    harderMilli: { distance: 5 },
    draw(rng) {
      const [day, distance] = [rng.int(0, 6), rng.int(1, 9)]
      const question = `What day is ${distance} days before ${around(WEEKDAYS, day)}?`
      return { question, answer: around(WEEKDAYS, day - distance), parameters: { distance } }
    }
  },
  {
    name: 'month',
    maxTokens: word,
    difficultyMilli: -100,
    harderMilli: { distance: 190, turn: -275 },
    draw(rng) {
      const [month, distance, after] = [rng.int(0, 11), rng.int(1, 5), flip(rng)]
      const question = `What month is ${distance} months ${after ? 'after' : 'before'} ${around(MONTHS, month).name}?`
      const end = after ? month + distance : month - distance
      return { question, answer: around(MONTHS, end).name, parameters: { distance, turn: end < 0 || end > 11 ? 1 : 0 } }
    }
  },
  {
    name: 'days-in-month',
    maxTokens: number,
    difficultyMilli: -950,
    draw(rng) {
      const { name, days } = pick(rng, MONTHS)
      return { question: `How many days does ${name} have in a normal year?`, answer: `${days}` }
    }
  },
  {
    name: 'leap-year',
    maxTokens: word,
    options: 2,
    difficultyMilli: 550,
    calibrated: false,
    draw(rng) {
      const year = rng.int(1800, 2199)
      return { question: `Is ${year} a leap year?`, answer: isLeapYear(year) ? 'yes' : 'no' }
    }
  }
]
