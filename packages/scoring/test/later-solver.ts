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
