import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CortensorError } from '@cortensor/interface'
import { afterEach, expect, test } from 'vitest'
import { createLogger, type LoggerInit } from '../src/index.js'

const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true })
  }
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-'))
  folders.push(folder)
  return folder
}

function capture(init: LoggerInit = {}) {
  const lines: string[] = []
  const logger = createLogger({ ...init, destination: { write: (line: string) => lines.push(line) } })
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') }
}

test('writes one JSON line with level, name, time, message and fields', () => {
  const { logger, lines, last } = capture({ name: 'router' })
  logger.child({ role: 'miner' }).warn('Late', { count: 2 })
  expect(lines).toHaveLength(1)
  expect(last()).toMatchObject({ level: 'warn', name: 'router', role: 'miner', msg: 'Late', count: 2 })
  expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT/)
})

test('keeps lines below the level away', () => {
  const { logger, lines } = capture({ level: 'warn' })
  logger.debug('a')
  logger.info('b')
  logger.error('c')
  expect(lines).toHaveLength(1)
})

test('redacts secret names at every depth, also in children, and leaves counts', () => {
  const { logger, lines, last } = capture()
  logger.child({ apiKey: 'ck-1' }).info('x', {
    key: 'ck-2',
    Authorization: 'Bearer ck-3',
    request: { prompt: 'ck-4', messages: [{ role: 'user', content: 'ck-5' }], headers: [{ 'x-api-key': 'ck-6' }] },
    private_key: new Uint8Array(4),
    operatorSecret: 'ck-7',
    messages: 5,
    keys: 3
  })
  expect(lines.join('')).not.toContain('ck-')
  expect(last()).toMatchObject({ messages: 5, keys: 3, key: '[redacted]', private_key: '[redacted]' })
})

test('writes errors, bigints, bytes and cycles without failing', () => {
  const { logger, last } = capture()
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  const error = new CortensorError('ROUTER_X', 'Broken', { cause: new Error('why'), details: { peer: 'p' } })
  logger.error('x', { error, amount: 10n ** 20n, bytes: new Uint8Array(3), cycle, long: 'a'.repeat(1_000_000) })
  const line = last()
  expect(line.error).toMatchObject({ code: 'ROUTER_X', message: 'Broken', details: { peer: 'p' }, cause: { message: 'why' } })
  expect(line.amount).toBe('100000000000000000000')
  expect(line.bytes).toBe('[3 bytes]')
  expect(line.long.length).toBeLessThan(3_000)
})

test('pretty lines are text for people and cannot steer the terminal', () => {
  const { logger, lines } = capture({ pretty: true, name: 'cli' })
  logger.info('Hello \u001b]0;owned\u0007', { peer: 'abc', agent: '\u009b31m', n: 1 })
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} \S*info/)
  expect(lines[0]).toContain('cli Hello')
  expect(lines[0]).toContain('peer=abc')
  for (const control of ['\u001b]', '\u0007', '\u009b']) {
    expect(lines[0]).not.toContain(control)
  }
})

test('a terminal gets text unless JSON is asked for', () => {
  const lines: string[] = []
  const destination = { isTTY: true, write: (line: string) => lines.push(line) }
  createLogger({ destination }).info('x')
  createLogger({ destination, pretty: false }).info('x')
  expect(lines[0]).not.toMatch(/^\{/)
  expect(JSON.parse(lines[1] ?? '').msg).toBe('x')
})

test('appends to a file, creating its folder, and closes it', () => {
  const file = join(temporaryFolder(), 'logs', 'node.log')
  const logger = createLogger({ destination: file })
  logger.info('one')
  logger.close()
  logger.close()
  logger.info('dropped')
  const again = createLogger({ destination: file })
  again.info('two')
  again.close()
  const messages = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).msg)
  expect(messages).toEqual(['one', 'two'])
})

test('an unusable file is a coded error that says what to do', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  expect(() => createLogger({ destination: join(file, 'node.log') })).toThrow(
    expect.objectContaining({ code: 'TELEMETRY_LOG_UNUSABLE', message: expect.stringContaining('writable folder') })
  )
})
