import type { EpochNumber, Hex32, KeyValue } from '@cortensor/interface'
import { createMemoryKeyValue } from '@cortensor/memory'
import type { Instance } from '@cortensor/protocols'
import { utf8ToBytes } from '@cortensor/utils'
import { beforeEach, describe, expect, it } from 'vitest'
import { entryKey, MARKER_KEY } from '../../src/record/entries.js'
import { createSigningRecord, type SigningRecord } from '../../src/record/signing-record.js'
import { reportOf } from '../agreement/world.js'
import { hex32 } from '../fixtures.js'

const instanceAt = (epoch: number, prev = 'prev'): Instance => ({
  config: hex32('config'),
  epoch: epoch as EpochNumber,
  prev: hex32(prev)
})
const instance = instanceAt(7)
const [one, two] = [reportOf('one'), reportOf('two')]
const inView = (view: number, { digest, report }: { digest: Hex32; report: typeof one.report }) => ({ view, digest, report })
const proposal = (view: number, report: typeof one) => ({ ...inView(view, report), timeouts: [] })
const refused = { code: 'ORACLE_ALREADY_SIGNED' }
const tooEarly = { code: 'ORACLE_NOT_SIGNING_YET' }

let disk = createMemoryKeyValue()
beforeEach(async () => {
  disk = createMemoryKeyValue()
  await disk.start()
})

/** A record that has been complete since epoch 5. */
async function openRecord(lastEpoch = 6): Promise<SigningRecord> {
  if ((await disk.get(MARKER_KEY)) === null) {
    await disk.put(MARKER_KEY, utf8ToBytes('from 5'), { sync: true })
  }
  const record = createSigningRecord(disk)
  await record.open(lastEpoch)
  return record
}

/** The process anew, over the same disk. */
async function restart(crash = false): Promise<SigningRecord> {
  if (crash) {
    disk.crash()
  } else {
    await disk.stop()
  }
  await disk.start()
  return openRecord()
}

describe('the signing record', () => {
  it('lets a view have one digest, as often as wanted', async () => {
    const record = await openRecord()
    await record.attest(instance, inView(0, one))
    await record.attest(instance, inView(0, one))
    await expect(record.attest(instance, inView(0, two))).rejects.toMatchObject(refused)
  })

  it('lets another view, epoch, predecessor or committee have another one', async () => {
    const record = await openRecord()
    await record.attest(instance, inView(0, one))
    await record.attest(instance, inView(1, two))
    await record.attest(instanceAt(8), inView(0, two))
    await record.attest(instanceAt(7, 'fork'), inView(0, two))
    await record.attest({ ...instance, config: hex32('rotated') }, inView(0, two))
  })

  it('lets no digest into a view that was given up, and does not mind giving up what was attested', async () => {
    const record = await openRecord()
    await record.attest(instance, inView(0, one))
    await record.giveUp(instance, 0)
    await record.giveUp(instance, 1)
    await record.giveUp(instance, 1)
    await expect(record.attest(instance, inView(0, one))).rejects.toMatchObject(refused)
    await expect(record.attest(instance, inView(1, one))).rejects.toMatchObject(refused)
    await record.attest(instance, inView(2, one))
  })

  it('lets a leader propose one report a view, as often as wanted, and remembers all of the last proposal', async () => {
    const record = await openRecord()
    const certified = { ...inView(4, one), timeouts: [utf8ToBytes('timeout'), new Uint8Array(512).fill(7)] }
    await record.propose(instance, proposal(0, two))
    await record.propose(instance, proposal(0, two))
    await record.propose(instance, certified)
    await record.propose(instance, certified)
    await expect(record.propose(instance, proposal(4, two))).rejects.toMatchObject(refused)
    // Of an earlier view no more is kept than that there was a proposal, so that nothing at all is proposed in it again.
    await expect(record.propose(instance, proposal(0, two))).rejects.toMatchObject(refused)
    const { proposed } = await (await restart(true)).recall(instance)
    expect(proposed).toEqual(new Map([[0, null] as const, [4, certified] as const]))
  })

  it.each([false, true])('remembers over a restart (power cut: %s)', async (crash) => {
    const before = await openRecord()
    await before.propose(instance, proposal(0, one))
    await before.attest(instance, inView(0, one))
    await before.giveUp(instance, 1)
    const after = await restart(crash)
    await expect(after.attest(instance, inView(0, two))).rejects.toMatchObject(refused)
    await expect(after.attest(instance, inView(1, one))).rejects.toMatchObject(refused)
    await expect(after.propose(instance, proposal(0, two))).rejects.toMatchObject(refused)
    await after.attest(instance, inView(0, one))
    expect(await after.recall(instance)).toEqual({
      attested: new Map([[0, inView(0, one)]]),
      proposed: new Map([[0, proposal(0, one)]]),
      timedOut: new Set([1])
    })
  })

  it('lets only one of two have a view that come at the same moment', async () => {
    const record = await openRecord()
    const outcomes = await Promise.allSettled([record.attest(instance, inView(0, one)), record.attest(instance, inView(0, two))])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    const [gaveUp, late] = await Promise.allSettled([record.giveUp(instance, 1), record.attest(instance, inView(1, one))])
    expect([gaveUp.status, late.status]).toEqual(['fulfilled', 'rejected'])
  })

  it('a disk that fails once does not stop the next word', async () => {
    const record = await openRecord()
    await disk.stop()
    await expect(record.attest(instance, inView(0, one))).rejects.toMatchObject({ code: 'STORE_NOT_STARTED' })
    await disk.start()
    await record.attest(instance, inView(0, two))
  })

  it('signs nothing before it was opened', async () => {
    const record = createSigningRecord(disk)
    await expect(record.attest(instance, inView(0, one))).rejects.toMatchObject(tooEarly)
    await expect(record.giveUp(instance, 0)).rejects.toMatchObject(tooEarly)
    await expect(record.propose(instance, proposal(0, one))).rejects.toMatchObject(tooEarly)
  })
})

describe('a record that was lost', () => {
  const expectSilentUntil = async (record: SigningRecord, epoch: number): Promise<void> => {
    expect(record.fromEpoch).toBe(epoch)
    for (const early of [epoch - 2, epoch - 1]) {
      await expect(record.attest(instanceAt(early), inView(0, one))).rejects.toMatchObject(tooEarly)
      await expect(record.giveUp(instanceAt(early), 0)).rejects.toMatchObject(tooEarly)
      await expect(record.propose(instanceAt(early), proposal(0, one))).rejects.toMatchObject(tooEarly)
    }
    await record.attest(instanceAt(epoch), inView(0, one))
  }

  it('signs from the second epoch after the last commit on', async () => {
    const record = createSigningRecord(disk)
    await record.open(6)
    await expectSilentUntil(record, 8)
  })

  it('signs at once when there was no commit at all', async () => {
    const record = createSigningRecord(disk)
    await record.open(null)
    await record.attest(instanceAt(1), inView(0, one))
  })

  it('does not wait any longer because of another restart, nor any shorter', async () => {
    await createSigningRecord(disk).open(6)
    disk.crash()
    await disk.start()
    const record = createSigningRecord(disk)
    await record.open(7)
    await expectSilentUntil(record, 8)
  })

  it.each([
    ['a marker that is cut off', MARKER_KEY, ''],
    ['a marker that is none', MARKER_KEY, 'from everywhere'],
    ['an entry that is cut off', entryKey(instance, 0, 'digest'), one.digest.slice(0, 20)],
    ['an entry that is empty', entryKey(instance, 0, 'timeout'), ''],
    ['an entry of another kind', `signed/x`, 'y']
  ])('counts as lost with %s', async (_what, key, value) => {
    const before = await openRecord()
    await before.attest(instance, inView(0, one))
    await disk.put(key, utf8ToBytes(value), { sync: true })
    const after = createSigningRecord(disk)
    await after.open(6)
    await expectSilentUntil(after, 8)
    // It has been renewed: the next start finds it whole.
    const again = createSigningRecord(disk)
    await again.open(9)
    expect(again.fromEpoch).toBe(8)
  })

  it('of the first version is whole: it goes on at once, and signs nothing in views in which it had signed', async () => {
    const first = (view: number, kind: string) => `signed/${instance.config}/7/${instance.prev}/${view}/${kind}`
    await disk.put(first(0, 'digest'), utf8ToBytes(one.digest), { sync: true })
    await disk.put(first(1, 'timeout'), utf8ToBytes('given-up'), { sync: true })
    const record = createSigningRecord(disk)
    await record.open(6)
    for (const view of [0, 1]) {
      await expect(record.attest(instance, inView(view, two))).rejects.toMatchObject(refused)
    }
    await record.attest(instance, inView(2, two))
    disk.crash()
    await disk.start()
    const after = createSigningRecord(disk)
    await after.open(6)
    await expect(after.attest(instance, inView(0, two))).rejects.toMatchObject(refused)
  })

  it('forgets epochs far behind, and never signs them again', async () => {
    const before = await openRecord()
    await before.attest(instance, inView(0, one))
    await before.attest(instanceAt(2_000), inView(0, one))
    const after = createSigningRecord(disk)
    await after.open(2_000)
    expect((await after.recall(instance)).attested.size).toBe(0)
    expect((await after.recall(instanceAt(2_000))).attested.size).toBe(1)
    await expect(after.attest(instance, inView(0, two))).rejects.toMatchObject(tooEarly)
  })
})

describe('killed at any step', () => {
  /** Counts the writes, and cuts the power before or after the one that is its turn. */
  function killedAt(turn: number, when: 'before' | 'after'): KeyValue {
    let writes = 0
    const cut = async (write: () => Promise<void>): Promise<void> => {
      const isDue = ++writes === turn
      if (isDue && when === 'before') {
        disk.crash()
      }
      await write()
      if (isDue) {
        disk.crash()
        throw new Error('the process is gone')
      }
    }
    return {
      ...disk,
      put: (key, value, options) => cut(() => disk.put(key, value, options)),
      batch: (operations, options) => cut(() => disk.batch(operations, options))
    }
  }
  const CASES = Array.from({ length: 9 }, (_, i) => i + 1).flatMap((turn) =>
    (['before', 'after'] as const).map((when) => ({ turn, when }))
  )

  it.each(CASES)(
    '$when write $turn: no two digests of one view, none after its timeout, one proposal',
    async ({ turn, when }) => {
      const sent: string[] = []
      const said = async (what: string, word: Promise<void>): Promise<void> => {
        await word
        sent.push(what)
      }
      /** What an oracle goes through; after a restart it would say other things, if it were let. */
      const live = async (keyValue: KeyValue, own: typeof one): Promise<void> => {
        const record = createSigningRecord(keyValue)
        await record.open(null)
        for (const view of [0, 1]) {
          const steps = [
            () => said(`propose ${view} ${own.digest}`, record.propose(instanceAt(1), proposal(view, own))),
            () => said(`attest ${view} ${own.digest}`, record.attest(instanceAt(1), inView(view, own))),
            () => said(`timeout ${view}`, record.giveUp(instanceAt(1), view))
          ]
          for (const step of steps) {
            await step().catch((error: { code?: string }) => {
              if (error.code !== 'ORACLE_ALREADY_SIGNED') {
                throw error
              }
            })
          }
        }
      }
      await live(killedAt(turn, when), one).catch(() => {})
      await disk.start()
      await live(disk, two)
      for (const view of [0, 1]) {
        const digests = new Set(sent.filter((word) => word.startsWith(`attest ${view}`)))
        expect(digests.size, `digests of view ${view}`).toBeLessThanOrEqual(1)
        const proposed = new Set(sent.filter((word) => word.startsWith(`propose ${view}`)))
        expect(proposed.size, `proposals of view ${view}`).toBeLessThanOrEqual(1)
        const timeout = sent.indexOf(`timeout ${view}`)
        expect(timeout).toBeGreaterThanOrEqual(0)
        expect(sent.slice(timeout).some((word) => word.startsWith(`attest ${view}`))).toBe(false)
      }
    }
  )
})
