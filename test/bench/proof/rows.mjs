// What was measured so far, one line of JSON an answer, so that hours of measuring can be done in pieces.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The rows of all cases, in a folder that may hold those of an earlier run.
 *
 * @param {string} folder
 */
export function openRows(folder) {
  mkdirSync(folder, { recursive: true })
  const rows = new Map()
  const fileOf = (name) => join(folder, `${name.replaceAll(/[^\w.-]+/g, '-')}.jsonl`)
  /** @returns {object[]} in the order of their numbers */
  const of = (name) => {
    let found = rows.get(name)
    if (found === undefined) {
      const text = existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : ''
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      if (whole !== text) {
        // the last line of a run that was killed may be half a line, to which nothing must be added
        writeFileSync(fileOf(name), whole)
      }
      found = whole.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
      rows.set(name, found)
    }
    return found
  }
  return {
    of,
    /** Measures the numbers up to `end` that are not there yet, all at once. */
    async fill(name, end, measure) {
      const known = of(name)
      const numbers = Array.from({ length: Math.max(0, end - known.length) }, (_, i) => known.length + i)
      if (numbers.length > 0) {
        const made = await measure(numbers)
        known.push(...made)
        appendFileSync(fileOf(name), made.map((row) => `${JSON.stringify(row)}\n`).join(''))
      }
    }
  }
}
