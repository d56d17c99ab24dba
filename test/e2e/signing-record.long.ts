import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const CHILD = fileURLToPath(new URL('./support/record-child.mjs', import.meta.url))
/** Two processes one after the other, each of which loads everything anew. */
const TEST_MS = 120_000
const [ONE, TWO] = [`0x${'01'.repeat(32)}`, `0x${'02'.repeat(32)}`]
const STEPS = ['open', 'propose 0', 'attest 0', 'timeout 0', 'propose 1', 'attest 1'] as const

/** Real processes over a real database: SIGKILL at a step, and another process over the same folder. */
describe('the signing record of a process that is killed', () => {
  const folders: string[] = []
  const children: ChildProcess[] = []
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL')
    }
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
  })

  /** Runs steps until it has said this line, then kills the process at once. Gives all that it said. */
  const runUntil = (dir: string, digest: string, steps: readonly string[], last: string): Promise<string[]> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [CHILD, dir, digest, steps.join(',')], { stdio: ['ignore', 'pipe', 'inherit'] })
      children.push(child)
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (said.split('\n').includes(last)) {
          child.kill('SIGKILL')
        }
      })
      child.once('error', reject)
      child.once('close', (_code, signal) => {
        const lines = said.split('\n').filter((line) => line !== '')
        return signal === 'SIGKILL' ? resolve(lines) : reject(new Error(`It ended by itself after: ${lines.join(', ')}`))
      })
    })
  const done = (lines: readonly string[]): Set<string> =>
    new Set(lines.filter((line) => line.startsWith('done ')).map((line) => line.slice(5)))

  it.each(STEPS.flatMap((step) => [`begins ${step}`, `done ${step}`]))(
    'at "%s" holds all that was said, and lets nothing else be said',
    async (last) => {
      const dir = await mkdtemp(join(tmpdir(), 'cortensor-record-'))
      folders.push(dir)
      const before = await runUntil(dir, ONE, STEPS, last)
      const kept = done(before)
      // Whatever counts as said was in a write that had to be on the disk.
      expect(before.filter((line) => line === 'synced').length).toBeGreaterThanOrEqual(kept.size)
      expect(before).not.toContain('not synced')
      // After the kill it knows of another report, and would say everything about that one.
      const after = await runUntil(dir, TWO, STEPS, 'from 1')
      for (const step of STEPS.slice(1).filter((one) => kept.has(one))) {
        expect(after, last).toContain(step.startsWith('timeout') ? `done ${step}` : `ORACLE_ALREADY_SIGNED ${step}`)
      }
    },
    TEST_MS
  )
})
