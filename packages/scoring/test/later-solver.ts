import { COUNTRIES } from '../src/items/data/countries.js'

/** A second opinion on the templates that came after the models' examples: reads the question as text, knowing nothing of templates. */
interface Reading {
  pattern: RegExp
  solve(groups: string[]): string
}

const words = (text: string | undefined): string[] => (text ?? '').split(' ')

const people = (text: string | undefined) =>
  [...(text ?? '').matchAll(/(\w+) is (\d+) years old and lives in ([^.]+)\./g)].map(([, name, age, city]) => ({
    name,
    age,
    city
  }))

const about = (name: string | undefined): string => {
  const country = COUNTRIES.find((country) => country.name === name)
  return `${name} is a country in ${country?.continent}. Its capital is ${country?.capital}. People there speak ${country?.language}.`
}

const numbersOf = (text: string | undefined): number[] => [...(text ?? '').matchAll(/\d+/g)].map(Number)

/** The order in which a chain of comparisons puts names, from most to least, whatever the order of its facts. */
function chainOf(text: string | undefined): string[] {
  const facts = [...(text ?? '').matchAll(/(\w+) is \w+er than (\w+)\./g)].map(([, more, less]) => [more, less] as const)
  const nextOf = new Map(facts)
  const below = new Set(facts.map(([, less]) => less))
  const chain: (string | undefined)[] = [facts.map(([more]) => more).find((name) => !below.has(name))]
  while (nextOf.has(chain.at(-1))) {
    chain.push(nextOf.get(chain.at(-1)))
  }
  return chain.map((name) => name ?? '')
}

/** "true and false", "not" first at most. */
function truthOf(term: string): boolean {
  const [, not, x, operator, y] = /^(not )?(true|false) (and|or) (true|false)$/.exec(term) ?? []
  const first = (x === 'true') !== (not !== undefined)
  return operator === 'and' ? first && y === 'true' : first || y === 'true'
}

const valuesOf: Reading = {
  pattern: /^What are: (.+)\?$/,
  solve: ([terms]) => (terms ?? '').split(', ').map(truthOf).join(', ')
}

const utmostOf = (count: number, digits: number): Reading => ({
  pattern: new RegExp(`^Which is the (largest|smallest): (\\d{${digits}}(?:, \\d{${digits}}){${count - 1}})\\?$`),
  solve([word, list]) {
    const sorted = numbersOf(list).sort((a, b) => a - b)
    return `${word === 'largest' ? sorted.at(-1) : sorted[0]}`
  }
})

const SMALL_IN_BIG: readonly (readonly [big: string, factor: number, small: string])[] = [
  ['m', 100, 'cm'],
  ['km', 1000, 'm'],
  ['kg', 1000, 'g'],
  ['hours', 60, 'minutes'],
  ['minutes', 60, 'seconds'],
  ['days', 24, 'hours'],
  ['weeks', 7, 'days'],
  ['cm', 10, 'mm'],
  ['feet', 12, 'inches'],
  ['yards', 3, 'feet'],
  ['dozen', 12, 'eggs'],
  ['years', 12, 'months'],
  ['liters', 1000, 'ml'],
  ['dollars', 100, 'cents']
]

/** Of "Convert 3 m to cm.", or of the same the other way. */
function converted(amount: number, from: string | undefined, to: string | undefined): string {
  const down = SMALL_IN_BIG.find(([big, , small]) => big === from && small === to)
  const up = SMALL_IN_BIG.find(([big, , small]) => small === from && big === to)
  return `${down === undefined ? amount / (up?.[1] ?? 1) : amount * down[1]} ${to}`
}

const inSmall: Reading = {
  pattern: /^(?:How many (\w+) are in (\d+) (\w+)\?|Convert (\d+) (\w+) to (\w+)\.)$/,
  solve: ([small, asked, big, amount, from, to]) =>
    asked === undefined ? converted(Number(amount), from, to) : converted(Number(asked), big, small)
}

const ofCapital = (field: 'language' | 'continent') => (capital: string | undefined) =>
  COUNTRIES.find((country) => country.capital === capital)?.[field] ?? ''

const PLACES = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']

const place = (digits: string | undefined, at: number): number => Number((digits ?? '').at(-at))

/** By category and template. */
export const LATER_READINGS: Readonly<Record<string, Reading>> = {
  'arithmetic/steps-large': {
    pattern: /^Work out (\d{3})\+(\d{3}) step by step\.$/,
    solve([a, b]) {
      const ones = place(a, 1) + place(b, 1)
      const tens = place(a, 2) + place(b, 2) + Math.floor(ones / 10)
      const hundreds = place(a, 3) + place(b, 3) + Math.floor(tens / 10)
      return [
        `Ones: ${place(a, 1)}+${place(b, 1)}=${ones}, write ${ones % 10} and carry ${Math.floor(ones / 10)}.`,
        `Tens: ${place(a, 2)}+${place(b, 2)}+${Math.floor(ones / 10)}=${tens}, write ${tens % 10} and carry ${Math.floor(tens / 10)}.`,
        `Hundreds: ${place(a, 3)}+${place(b, 3)}+${Math.floor(tens / 10)}=${hundreds}.`,
        `The answer is ${Number(a) + Number(b)}.`
      ].join(' ')
    }
  },
  'arithmetic/add-small': {
    pattern: /^(?:What is (\d)\+(\d)\?|(\d)\+(\d)=\?|Add (\d) and (\d)\.)$/,
    solve: (groups) => `${groups.reduce((sum, digit) => sum + Number(digit ?? 0), 0)}`
  },
  'compare/largest-of-four': utmostOf(4, 2),
  'compare/largest-of-hundreds': utmostOf(4, 3),
  'compare/largest-of-six': utmostOf(6, 2),
  'logic/pair': valuesOf,
  'logic/triple': valuesOf,
  'logic/order-of-four': {
    pattern: /^(.+) Who is the (\w+)est\?$/,
    solve: ([text, asked]) => chainOf(text).at((text ?? '').includes(` ${asked}er than`) ? 0 : -1) ?? ''
  },
  'sequences/rising-small': {
    pattern: /^What comes next: (\d+), (\d+), (\d+), (\d+)\?$/,
    solve: ([, , c, d]) => `${2 * Number(d) - Number(c)}`
  },
  'units/one': inSmall,
  'units/to-small-large': inSmall,
  'units/to-big-large': {
    pattern: /^Convert (\d+) (\w+) to (\w+)\.$/,
    solve: ([amount, from, to]) => converted(Number(amount), from, to)
  },
  'facts/language-of-capital': {
    pattern: /^Which language do people speak in (.+)\?$/,
    solve: ([capital]) => ofCapital('language')(capital)
  },
  'facts/continent-of-capital': {
    pattern: /^On which continent is (.+)\?$/,
    solve: ([capital]) => ofCapital('continent')(capital)
  },
  'extraction/number': { pattern: /^Extract the numbers: [a-z]+ (\d+)$/, solve: ([number]) => number ?? '' },
  'extraction/word-at': {
    pattern: /^What is the (\w+) word of: (.+)\?$/,
    solve: ([at, list]) => words(list)[PLACES.indexOf(at ?? '')] ?? ''
  },
  'extraction/next-word-long': {
    pattern: /^Which word follows (\w+) in: ((?:\w+ ){6,8}\w+)\?$/,
    solve: ([word, list]) => words(list)[words(list).indexOf(word ?? '') + 1] ?? ''
  },
  'transformation/copy': { pattern: /^Copy: (.+)$/, solve: ([list]) => list ?? '' },
  'sequences/count': {
    pattern: /^Count from (\d+) to (\d+)(?: by (\d))?\.$/,
    solve([from, to, by]) {
      const [first, last, step] = [Number(from), Number(to), Number(by ?? 1)]
      return Array.from({ length: (last - first) / step + 1 }, (_, i) => first + i * step).join(', ')
    }
  },
  'text/two-countries': {
    pattern: new RegExp(`^Tell me about (${COUNTRIES.map(({ name }) => name).join('|')}) and (.+)\\.$`),
    solve: ([one, other]) => `${about(one)} ${about(other)}`
  },
  'extraction/person': {
    pattern: /^(.+) Extract the (name|age|city)\.$/,
    solve: ([text, field]) => people(text)[0]?.[field as 'name' | 'age' | 'city'] ?? ''
  },
  'extraction/one-of-two': {
    pattern: /^(.+) (How old is|In which city is) (\w+)\?$/,
    solve([text, asked, name]) {
      const person = people(text).find((person) => person.name === name)
      return (asked === 'How old is' ? person?.age : person?.city) ?? ''
    }
  },
  'extraction/purchase': {
    pattern: /^Order (\d{4}): (\w+) bought (\d+) (\w+) for (\d+) dollars\. Extract the (\w+)\.$/,
    solve: ([order, buyer, count, goods, price, field]) => ({ order, buyer, count, goods, price })[field as 'order'] ?? ''
  },
  'extraction/numbers': {
    pattern: /^Extract the numbers: (.+)$/,
    solve: ([text]) => [...(text ?? '').matchAll(/\d+/g)].join(', ')
  },
  'extraction/next-word': {
    pattern: /^Which word follows (\w+) in: (.+)\?$/,
    solve: ([word, list]) => words(list)[words(list).indexOf(word ?? '') + 1] ?? ''
  },
  'extraction/length': { pattern: /^How many words are in: (.+)\?$/, solve: ([list]) => `${words(list).length}` },
  'extraction/records': {
    pattern: /^(.+) Extract the records\.$/,
    solve: ([text]) =>
      `${people(text)
        .map(({ name, age, city }) => `name: ${name}, age: ${age}, city: ${city}`)
        .join('; ')}.`
  },
  'transformation/reverse-words': {
    pattern: /^Reverse the words: (.+)$/,
    solve: ([list]) =>
      words(list)
        .reduce((reversed, word) => `${word} ${reversed}`, '')
        .trim()
  },
  'transformation/replace': {
    pattern: /^Replace (\w+) with (\w+) in: (.+)$/,
    solve: ([from, to, list]) => ` ${list} `.replace(` ${from} `, ` ${to} `).trim()
  },
  'transformation/remove': {
    pattern: /^Remove (\w+) from: (.+)$/,
    solve: ([removed, list]) => ` ${list} `.replace(` ${removed} `, ' ').trim()
  },
  'transformation/capitals': { pattern: /^Write in capitals: ([a-z ]+)$/, solve: ([list]) => (list ?? '').toUpperCase() },
  'transformation/sort-numbers': {
    // All have two digits, so that the order of texts is the order of numbers.
    pattern: /^Sort: (\d\d(?:, \d\d){1,3})$/,
    solve: ([list]) => (list ?? '').split(', ').sort().join(', ')
  },
  'transformation/double': {
    pattern: /^Write each word twice: (.+)$/,
    solve: ([list]) => `${(list ?? '').replace(/\w+/g, '$&, $&').replaceAll(/(\w) /g, '$1; ')}.`
  },
  'format/frame': {
    pattern: /^Write (\w+) in (quotes|brackets|stars)\.$/,
    solve: ([word, frame]) => (frame === 'quotes' ? `"${word}"` : frame === 'stars' ? `*${word}*` : `(${word})`)
  },
  'format/separate': {
    pattern: /^Join with (commas|dashes|slashes|plus signs): (.+)$/,
    solve: ([name, list]) =>
      (list ?? '').replaceAll(' ', { commas: ', ', dashes: '-', slashes: '/', 'plus signs': '+' }[name as 'commas'])
  },
  'format/json-list': {
    pattern: /^Write as a JSON list: (.+)$/,
    solve: ([list]) => JSON.stringify(words(list)).replaceAll(',', ', ')
  },
  'format/json-sum': {
    pattern: /^What is (\d+)\+(\d+)\? Answer as JSON\.$/,
    solve: ([a, b]) => JSON.stringify({ answer: Number(a) + Number(b) }).replace(':', ': ')
  },
  'format/one-sentence': {
    pattern: /^What is the capital of (.+)\? Answer in a sentence\.$/,
    solve: ([name]) => `The capital of ${name} is ${COUNTRIES.find((country) => country.name === name)?.capital}.`
  },
  'format/times': { pattern: /^Say (\w+) (\d) times\.$/, solve: ([word, times]) => `${word} `.repeat(Number(times)).trim() },
  'format/json-record': {
    pattern: /^Write as JSON: (.+)$/,
    solve: ([list]) =>
      JSON.stringify((list ?? '').split(', ').map((entry) => ({ name: words(entry)[0], age: Number(words(entry)[1]) })))
        .replaceAll(':', ': ')
        .replaceAll(',', ', ')
  }
}

/** The answer to a question of a template, or null when the question is not phrased as that template does. */
export function solveLater(id: string, question: string): string | null {
  const reading = LATER_READINGS[id]
  const match = reading?.pattern.exec(question)
  return reading === undefined || match === null || match === undefined ? null : reading.solve(match.slice(1))
}
