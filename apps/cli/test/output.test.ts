import { CortensorError } from '@cortensor/interface'
import { afterEach, expect, it, vi } from 'vitest'
import { createOutput, formatCor, formatTable, toErrorLine } from '../src/output.js'

afterEach(() => vi.restoreAllMocks())

function capture(stream: NodeJS.WriteStream): () => string {
  let written = ''
  vi.spyOn(stream, 'write').mockImplementation((chunk) => {
    written += String(chunk)
    return true
  })
  return () => written
}

it('writes JSON in one line, amounts as decimal text, and nothing else to stdout', () => {
  const stdout = capture(process.stdout)
  const output = createOutput(true)
  output.line('for people')
  output.value({ paid: 12_345_678_901_234_567_890n, nested: [{ text: 'a\nb' }] })
  expect(stdout()).toBe('{"paid":"12345678901234567890","nested":[{"text":"a\\nb"}]}\n')
})

it('writes for people without JSON, and notes to stderr', () => {
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)]
  const output = createOutput(false)
  output.line('a fact')
  output.note('a note')
  expect([stdout(), stderr()]).toEqual(['a fact\n', 'a note\n'])
})

it('tells a failure in one line, with its code', () => {
  expect(toErrorLine(new CortensorError('NODE_X', 'first,\n   then second\n'))).toBe('cortensor: first, then second (NODE_X)')
  expect(toErrorLine(new TypeError('boom'))).toBe('cortensor: boom')
  expect(toErrorLine("unknown option '--x'\n")).toBe("cortensor: unknown option '--x'")
})

it('says in words what the system says about a path', () => {
  const missing = Object.assign(new Error("ENOENT: no such file or directory, stat '/x'"), { code: 'ENOENT', path: '/x' })
  expect(toErrorLine(missing)).toBe('cortensor: /x does not exist; check the path (ENOENT)')
  const unknown = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', path: '/x' })
  expect(toErrorLine(unknown)).toBe('cortensor: EIO: i/o error, read')
})

it.each([
  [0n, '0.000000 COR'],
  [1n, '0.000001 COR'],
  [-5_305_485n, '-5.305485 COR'],
  [-1n, '-0.000001 COR'],
  [1_000_000n, '1.000000 COR'],
  [123_456_789n, '123.456789 COR']
])('shows %d micro-COR as %s', (micro, text) => {
  expect(formatCor(micro)).toBe(text)
})

it('aligns columns', () => {
  const rows = [
    ['A', 'LONG', 'C'],
    ['xxx', 'y', ''],
    ['', 'z', 'w']
  ]
  expect(formatTable(rows)).toBe('A    LONG  C\nxxx  y\n     z     w')
})
