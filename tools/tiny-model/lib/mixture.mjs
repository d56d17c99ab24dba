// What the models are taught, and how often: shares of the training records by category, and by template within a category.

/** Share of all records, by category; `chat` is not asked in quizzes. Relative numbers. */
export const CATEGORY_SHARES = {
  arithmetic: 10,
  compare: 8,
  logic: 14,
  sequences: 8,
  strings: 11,
  units: 3,
  calendar: 4,
  facts: 4,
  text: 3,
  extraction: 15,
  transformation: 15,
  format: 13,
  chat: 2
}

/** Templates that need more, or less, practice than the others of their category. @default 1 */
export const TEMPLATE_SHARES = {
  'arithmetic/add-small': 0.2,
  'arithmetic/steps-large': 0.1,
  'compare/parity': 0.5,
  'logic/two-values': 0.5,
  'logic/three-values': 0.7,
  'logic/implies': 0.3,
  'logic/syllogism': 0.3,
  'logic/order': 1,
  'logic/pair': 2,
  'logic/triple': 2,
  'logic/order-of-four': 0.5,
  'sequences/rising-small': 0.4,
  'sequences/count': 0.5,
  'sequences/multiplied': 0.6,
  'sequences/letters': 0.6,
  'strings/occurrences': 2,
  'strings/repeat': 0.5,
  'strings/position': 0.7,
  'strings/upper-case': 0.7,
  'calendar/days-in-month': 0.3,
  'facts/capital': 2,
  'facts/country': 1.5,
  'facts/symbol': 2,
  'facts/legs': 0.5,
  'facts/color-mix': 0.3,
  'text/list': 0.3,
  'text/two-countries': 0.3,
  'units/one': 0.4,
  'text/country': 0.5,
  'text/element': 0.5,
  'extraction/one-of-two': 0.5,
  'extraction/number': 0.4,
  'extraction/records': 0.02,
  'extraction/purchase': 0.4,
  'transformation/capitals': 0.5,
  'transformation/sort-numbers': 1.5,
  'transformation/double': 0.02,
  'format/json-record': 0.02,
  'format/json-sum': 0.5,
  'format/frame': 0.7,
  'format/one-sentence': 0.5
}

/**
 * Templates with so few questions that a model has to have met every one of them. Of all others, every twentieth question is held
 * out.
 */
export const CLOSED = new Set([
  'arithmetic/multiply',
  'arithmetic/divide',
  'arithmetic/add-small',
  'logic/two-values',
  'logic/three-values',
  'logic/implies',
  'sequences/multiplied',
  'sequences/letters',
  'sequences/rising-small',
  'units/to-small',
  'units/to-big',
  'units/one',
  'calendar/days-after',
  'calendar/days-before',
  'calendar/month',
  'calendar/days-in-month',
  'text/country',
  'text/element',
  'text/list',
  'format/frame',
  'format/one-sentence',
  ...['capital', 'country', 'language', 'continent', 'symbol', 'atomic-number', 'planet', 'opposite', 'young-animal', 'legs'].map(
    (name) => `facts/${name}`
  ),
  ...['color-mix', 'language-of-capital', 'continent-of-capital'].map((name) => `facts/${name}`)
])
