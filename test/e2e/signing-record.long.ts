import { type ChildProcess, spawn } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blockCid } from '@cortensor/crypto'
import type { EpochNumber, Hex32 } from '@cortensor/interface'
import { createLevelKeyValue } from '@cortensor/store'
import { afterEach, describe, expect, it } from 'vitest'
import { loadIdentity } from '../../packages/node/src/identity/identity.js'
import { createSigningRecord, type SigningRecord } from '../../packages/oracle/src/record/signing-record.js'
import { cortensor, cortensorJson } from './support/cortensor.js'

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

describe('cortensor oracle signing-record', () => {
  const folders: string[] = []
  const folder = async (): Promise<string> => {
    const dir = await mkdtemp(join(tmpdir(), 'cortensor-record-'))
    folders.push(dir)
    return dir
  }
  afterEach(async () => {
    await Promise.all(folders.splice(0).map((dir) => rm(dir, { recursive: true, force: true })))
  })
  const inRecord = async (dir: string, work: (record: SigningRecord) => Promise<void>): Promise<void> => {
    const keyValue = createLevelKeyValue({ dir: join(dir, 'state') })
    await keyValue.start()
    try {
      await work(createSigningRecord(keyValue))
    } finally {
      await keyValue.stop()
    }
  }
  const instance = { config: ONE as Hex32, epoch: 7 as EpochNumber, prev: TWO as Hex32 }
  const proposal = {
    view: 1,
    digest: ONE as Hex32,
    report: blockCid(new Uint8Array(), 'dag-cbor'),
    timeouts: [new Uint8Array(330)]
  }

  it(
    'carries a record from one disk to another, and refuses a damaged file',
    async () => {
      const [here, there] = [await folder(), await folder()]
      const { signer } = loadIdentity(here, 'oracle')
      await copyFile(join(here, 'identity.json'), join(there, 'identity.json'))
      await inRecord(here, async (record) => {
        await record.open(null)
        await record.propose(instance, proposal)
        await record.attest(instance, proposal)
        await record.giveUp(instance, 0)
      })
      const file = join(here, 'record')
      const told = await cortensorJson<{ node: string; bytes: number }>([
        'oracle',
        'signing-record',
        'export',
        file,
        '--data-dir',
        here
      ])
      expect(told).toMatchObject({ node: signer.nodeId, bytes: (await stat(file)).size })
      const damaged = join(there, 'damaged')
      await writeFile(damaged, (await readFile(file, 'utf8')).replace('given-up', 'given-in'))
      const refused = await cortensor(['oracle', 'signing-record', 'import', damaged, '--data-dir', there])
      expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining('checksum')])
      const imported = await cortensorJson(['oracle', 'signing-record', 'import', file, '--data-dir', there])
      expect(imported).toEqual({ node: signer.nodeId, entries: 3 })
      await inRecord(there, async (record) => {
        await record.open(6)
        expect(record.fromEpoch).toBe(8)
        const { attested, proposed, timedOut } = await record.recall(instance)
        expect([attested.get(1)?.digest, proposed.get(1), timedOut.has(0)]).toEqual([ONE, proposal, true])
      })
    },
    TEST_MS
  )
})
