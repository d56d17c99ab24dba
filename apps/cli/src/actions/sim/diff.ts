import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createOutput, formatTable } from '../../output.js'
import { RUN_FILES, readRunFolder } from '../../sim/run-folder.js'

interface Difference {
  path: string
  a: unknown
  b: unknown
}

/** Leaves that differ, by their paths. */
function compare(a: unknown, b: unknown, path = ''): Difference[] {
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    return keys.flatMap((key) =>
      compare((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`)
    )
  }
  return a === b ? [] : [{ path, a, b }]
}

/** The first line in which two event files part; null when they are equal, or one of them is missing. */
async function firstParting(a: string, b: string): Promise<{ line: number; a: string | null; b: string | null } | null> {
  const files = [a, b].map((folder) => join(folder, RUN_FILES.events))
  if (!files.every((file) => existsSync(file))) {
    return null
  }
  const streams = files.map((file) => createReadStream(file))
  const linesOf = (input: NodeJS.ReadableStream): AsyncIterator<string> => createInterface({ input })[Symbol.asyncIterator]()
  const [left, right] = streams.map(linesOf) as [AsyncIterator<string>, AsyncIterator<string>]
  try {
    for (let line = 1; ; line++) {
      const [x, y] = await Promise.all([left.next(), right.next()])
      if (x.done === true && y.done === true) {
        return null
      }
      if (x.done !== y.done || x.value !== y.value) {
        return { line, a: x.done === true ? null : x.value, b: y.done === true ? null : y.value }
      }
    }
  } finally {
    for (const stream of streams) {
      stream.destroy()
    }
  }
}

/** What two runs differ in; exits with 1 when they do. */
export async function diffRuns(a: string, b: string, options: { json?: boolean }): Promise<void> {
  const output = createOutput(options.json === true)
  const [left, right] = [readRunFolder(a), readRunFolder(b)]
  const inputs = compare(left.manifest, right.manifest)
  const outcomes = compare(left.summary, right.summary)
  const events = await firstParting(a, b)
  if (output.json) {
    output.value({ equal: outcomes.length === 0 && events === null, inputs, outcomes, events })
  }
  const print = (title: string, differences: readonly Difference[]): void => {
    output.line(differences.length === 0 ? `${title}: equal` : `${title}:`)
    const cells = (value: unknown): string => (value === undefined ? '–' : JSON.stringify(value))
    output.line(formatTable(differences.map((entry) => [`  ${entry.path}`, cells(entry.a), cells(entry.b)])))
  }
  print('What they were made from', inputs)
  print('What came out', outcomes)
  if (events !== null) {
    output.line(`Their events part in line ${events.line}:\n  ${events.a ?? 'end'}\n  ${events.b ?? 'end'}`)
  }
  process.exitCode = outcomes.length === 0 && events === null ? 0 : 1
}
