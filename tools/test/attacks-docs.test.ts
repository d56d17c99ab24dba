import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
const text = readFileSync(new URL('docs/attacks.md', ROOT), 'utf8')
const rows = [...text.matchAll(/^\| ([^|]+) \| (engine|protocol|simulation) \| `([^`]+)`(?: "([^"]+)")? \|$/gm)].map(
  ([, attack, , path, title]) => ({ attack, path: path ?? '', title })
)

describe('docs/attacks.md', () => {
  it('has only rows that can be checked', () => {
    const lines = text.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| attack |'))
    expect(rows).toHaveLength(lines.length)
    expect(rows.length).toBeGreaterThan(15)
  })

  it.each(rows)('names something that exists: $attack, $path', ({ path, title }) => {
    const file = fileURLToPath(new URL(path, ROOT))
    expect(existsSync(file)).toBe(true)
    expect(path.endsWith('.yaml')).toBe(title === undefined)
    expect(title === undefined || readFileSync(file, 'utf8').includes(`'${title}'`)).toBe(true)
  })

  it.each(rows.filter(({ path }) => path.endsWith('.yaml')))('$path is run by the tests', ({ path }) => {
    expect(readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8')).toMatch(/^ci: /m)
  })
})
