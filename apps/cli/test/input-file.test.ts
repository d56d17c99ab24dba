import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readInputFile } from '../src/input-file.js'

const folder = mkdtempSync(join(tmpdir(), 'cortensor-input-'))
afterAll(() => rmSync(folder, { recursive: true }))

const refusal = (file: string, maxBytes: number): string => {
  try {
    readInputFile(file, 'a receipt', maxBytes)
  } catch (error) {
    return String(error)
  }
  throw new Error(`${file} was read`)
}

it('reads a file of at most so many bytes', () => {
  const file = join(folder, 'four')
  writeFileSync(file, 'four')
  expect(Buffer.from(readInputFile(file, 'a receipt', 4)).toString()).toBe('four')
  expect(refusal(file, 3)).toContain('is larger than a receipt can be (3 bytes)')
})

it('says what it should have been given instead of a folder, or of nothing', () => {
  expect(refusal(folder, 4)).toContain(`${folder} is no file; name a receipt`)
  expect(refusal(join(folder, 'none'), 4)).toContain('There is no file')
})
