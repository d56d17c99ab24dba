/** A second opinion on the open sub-tasks: reads the question as text and works out the answer, knowing nothing of the templates. */
interface Reading {
  pattern: RegExp
  solve(groups: string[]): string
}

const numbers = (groups: string[]): number[] => groups.map(Number)

/** By the sub-task's name among the examples. */
export const READINGS: Readonly<Record<string, Reading>> = {
  'arithmetic/add': {
    pattern: /^(?:What is (\d{1,2})\+(\d{1,2})\?|(\d{1,2})\+(\d{1,2})=\?|Add (\d{1,2}) and (\d{1,2})\.)$/,
    solve: (groups) => `${numbers(groups).reduce((a, b) => a + b)}`
  },
  'arithmetic/add3': {
    pattern: /^(?:What is (\d{3})\+(\d{3})\?|(\d{3})\+(\d{3})=\?)$/,
    solve: (groups) => `${numbers(groups).reduce((a, b) => a + b)}`
  },
  'arithmetic/sub': {
    pattern: /^(?:What is (\d+)-(\d+)\?|(\d+)-(\d+)=\?|Subtract (?<less>\d+) from (?<from>\d+)\.)$/,
    solve: (groups) => `${Math.abs(Number(groups[0]) - Number(groups[1]))}`
  },
  'arithmetic/mul': {
    pattern: /^(?:What is (\d+)\*(\d+)\?|(\d+)\*(\d+)=\?|Multiply (\d+) by (\d+)\.)$/,
    solve: (groups) => `${Number(groups[0]) * Number(groups[1])}`
  },
  'arithmetic/div': {
    pattern: /^(?:What is (\d+)\/(\d+)\?|Divide (\d+) by (\d+)\.)$/,
    solve: (groups) => `${Number(groups[0]) / Number(groups[1])}`
  },
  'arithmetic/steps': {
    pattern: /^Work out (\d)(\d)\+(\d)(\d) step by step\.$/,
    solve([tensA, onesA, tensB, onesB]) {
      const ones = Number(onesA) + Number(onesB)
      const [carry, written] = ones > 9 ? [1, ones - 10] : [0, ones]
      const tens = Number(tensA) + Number(tensB) + carry
      return `Ones: ${onesA}+${onesB}=${ones}, write ${written} and carry ${carry}. Tens: ${tensA}+${tensB}+${carry}=${tens}. The answer is ${tens}${written}.`
    }
  },
  'compare/larger': {
    pattern: /^Which is (larger|smaller), (\d+) or (\d+)\?$/,
    solve([word, ...rest]) {
      const [low, high] = numbers(rest).sort((a, b) => a - b)
      return `${word === 'larger' ? high : low}`
    }
  },
  'compare/yesno': {
    pattern: /^Is (\d+) (greater|less) than (\d+)\?$/,
    solve: ([a, word, b]) => ((word === 'greater' ? Number(a) > Number(b) : Number(a) < Number(b)) ? 'yes' : 'no')
  },
  'compare/max3': {
    pattern: /^Which is the (largest|smallest): (\d+), (\d+), (\d+)\?$/,
    solve([word, ...rest]) {
      const sorted = numbers(rest).sort((a, b) => a - b)
      return `${word === 'largest' ? sorted[2] : sorted[0]}`
    }
  },
  'compare/parity': {
    pattern: /^Is \d*(\d) even or odd\?$/,
    solve: ([last]) => ('02468'.includes(last ?? '') ? 'even' : 'odd')
  },
  'sequences/arith': {
    pattern: /^What comes next: (\d+), (\d+), (\d+), (\d+)\?$/,
    solve: ([, , c, d]) => `${2 * Number(d) - Number(c)}`
  },
  'sequences/down': {
    pattern: /^What comes next: (\d+), (\d+), (\d+), (\d+)\?$/,
    solve: ([, , c, d]) => `${2 * Number(d) - Number(c)}`
  },
  'sequences/geo': {
    pattern: /^What comes next: (\d+), (\d+), (\d+), (\d+)\?$/,
    solve: ([, , c, d]) => `${Number(d) ** 2 / Number(c)}`
  },
  'sequences/alpha': {
    pattern: /^What comes next: [a-z], [a-z], ([a-z]), ([a-z])\?$/,
    solve: ([c, d]) => String.fromCharCode(2 * (d ?? '').charCodeAt(0) - (c ?? '').charCodeAt(0))
  },
  'strings/reverse': {
    pattern: /^Reverse: ([a-z](?: [a-z]){2,5})$/,
    solve: ([letters]) => [...(letters ?? '')].reverse().join('')
  },
  'strings/upper': {
    pattern: /^Make upper case: ([a-z](?: [a-z]){2,5})$/,
    solve: ([letters]) => (letters ?? '').toUpperCase()
  },
  'strings/sort': {
    pattern: /^Sort the letters: ([a-z](?: [a-z]){2,4})$/,
    solve: ([letters]) => (letters ?? '').split(' ').sort().join(' ')
  },
  'strings/pos': {
    pattern: /^What is the (first|second|last) letter of: ([a-z](?: [a-z]){2,5})\?$/,
    solve: ([word, letters]) => (letters ?? '').split(' ').at(word === 'first' ? 0 : word === 'second' ? 1 : -1) ?? ''
  },
  'strings/repeat': { pattern: /^Repeat: ([a-z](?: [a-z]){2,7})$/, solve: ([letters]) => letters ?? '' },
  'strings/count': {
    pattern: /^How many times does ([a-z]) occur in: ([a-z](?: [a-z]){3,7})\?$/,
    solve: ([letter, letters]) => `${(letters ?? '').split(letter ?? '').length - 1}`
  },
  'logic/syll': {
    pattern: /^All ([a-z]+) are ([a-z]+)\. All \2 are ([a-z]+)\. Are all ([a-z]+) ([a-z]+)\?$/,
    solve([x, y, z, from, to]) {
      const chain = [x, y, z]
      return chain.indexOf(from) < chain.indexOf(to) ? 'yes' : 'unknown'
    }
  },
  'logic/order': {
    pattern: /^(\w+) is (\w+)er than (\w+)\. (\w+) is \2er than (\w+)\. Who is the (\w+)est\?$/,
    solve([a, more, b, c, d, asked]) {
      const [most, least] = b === c ? [a, d] : [c, b]
      return (asked === more ? most : least) ?? ''
    }
  },
  'calendar/leap': {
    pattern: /^Is (1[89]\d\d|2[01]\d\d) a leap year\?$/,
    solve: ([year]) => (new Date(Date.UTC(Number(year), 1, 29)).getUTCMonth() === 1 ? 'yes' : 'no')
  }
}

/** The sub-task's answer to a question, or null when the question is not phrased as that sub-task does. */
export function solve(subTask: string, question: string): string | null {
  const reading = READINGS[subTask]
  const match = reading?.pattern.exec(question)
  if (reading === undefined || match === null || match === undefined) {
    return null
  }
  return reading.solve(match.slice(1).filter((group) => group !== undefined))
}
