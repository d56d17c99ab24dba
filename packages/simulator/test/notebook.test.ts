import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { notebook } from '@cortensor/simulator'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'

const require = createRequire(import.meta.url)
/** The official schema of Jupyter's format; of an older draft than the validator's, with nothing in it that the two read differently. */
const { $schema: _draft, ...schema } = JSON.parse(readFileSync(require.resolve('nbschema/v4/nbformat.v4.schema.json'), 'utf8'))
const isNotebook = new Ajv({ strict: false, allErrors: true }).compile(schema)

it('the notebook is one by the schema of its format', () => {
  const value = JSON.parse(notebook())
  expect(isNotebook(value), JSON.stringify(isNotebook.errors)).toBe(true)
  expect(isNotebook({ ...value, cells: [{ ...value.cells[1], outputs: undefined }] })).toBe(false)
})

it('its cells keep every line whole', () => {
  const { cells } = JSON.parse(notebook()) as { cells: { source: string[] }[] }
  for (const { source } of cells) {
    expect(source.slice(0, -1).every((line) => line.endsWith('\n'))).toBe(true)
    expect(source.at(-1)).not.toMatch(/\n$/)
  }
})
