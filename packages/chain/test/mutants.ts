/** One change of a contract's text that its tests must notice. */
export interface Mutant {
  file: string
  /** From 1. */
  line: number
  what: string
  source: string
}

/** The end of a statement that starts here, its semicolon included. */
function endOf(source: string, start: number): number {
  let depth = 0
  for (let i = start; i < source.length; i++) {
    const character = source[i]
    depth += character === '(' ? 1 : character === ')' ? -1 : 0
    if (character === ';' && depth === 0) {
      return i + 1
    }
  }
  return source.length
}

/** Where the condition of a `require` ends and its error begins. */
function conditionOf(statement: string): string {
  let depth = 0
  for (let i = 0; i < statement.length; i++) {
    depth += statement[i] === '(' ? 1 : statement[i] === ')' ? -1 : 0
    if (depth === 1 && statement[i] === ',') {
      return statement.slice(0, i)
    }
  }
  return statement
}

/** A bound that is off by one, or an equality that is turned round. */
const FLIPS: readonly (readonly [RegExp, string])[] = [
  [/ >= /, ' > '],
  [/ <= /, ' < '],
  [/ > /, ' >= '],
  [/ < /, ' <= '],
  [/ == /, ' != ']
]

/** Every requirement switched off, and every comparison in one turned. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const found: Mutant[] = []
  const replace = (start: number, end: number, text: string, what: string): void => {
    const line = source.slice(0, start).split('\n').length
    found.push({ file, line, what, source: source.slice(0, start) + text + source.slice(end) })
  }
  for (const { index } of source.matchAll(/\brequire\(|\bif \([^;{]*\) return false;/g)) {
    const end = endOf(source, index)
    const statement = source.slice(index, end)
    const short = statement.replace(/\s+/g, ' ')
    replace(index, end, '', `without ${short}`)
    const condition = conditionOf(statement)
    for (const [from, to] of FLIPS) {
      for (const hit of condition.matchAll(new RegExp(from, 'g'))) {
        const at = index + hit.index
        replace(at, at + hit[0].length, to, `${hit[0].trim()} as ${to.trim()} in ${short}`)
      }
    }
  }
  return found
}
