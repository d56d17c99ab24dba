// What the models are taught, and how often: shares of the training records by category, and by template within a category.

/** Share of all records, by category; `chat` is not asked in quizzes. Relative numbers. */
export const CATEGORY_SHARES = {
  arithmetic: 10,
  compare: 6,
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
  'arithmetic/steps-large': 3,
  'compare/parity': 0.5,
  'logic/two-values': 0.5,
  'logic/three-values': 0.7,
  'logic/implies': 0.3,
  'logic/syllogism': 2,
  'logic/order': 4,
  'sequences/count': 2,
  'sequences/multiplied': 0.6,
  'sequences/letters': 0.6,
  'strings/occurrences': 3,
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
  'text/country': 0.5,
  'text/element': 0.5,
  'extraction/one-of-two': 1.5,
  'extraction/records': 0.05,
  'extraction/purchase': 0.6,
  'transformation/capitals': 0.5,
  'transformation/sort-numbers': 1.5,
  'transformation/double': 0.05,
  'format/json-record': 0.05,
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
  'logic/two-values',
  'logic/three-values',
  'logic/implies',
  'sequences/multiplied',
  'sequences/letters',
  'units/to-small',
  'units/to-big',
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
  'facts/color-mix'
])
