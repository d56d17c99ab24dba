import type { EpochNumber, NodeId } from '@cortensor/interface'
import { createMemoryKeyValue, type MemoryKeyValue } from '@cortensor/memory'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it } from 'vitest'
import { exportRecord, importRecord, MAX_RECORD_BYTES } from '../../src/index.js'
import { createSigningRecord } from '../../src/record/signing-record.js'
import { member, reportOf } from '../agreement/world.js'
import { hex32 } from '../fixtures.js'

const self = member(0)
const [one, two] = [reportOf('one'), reportOf('two')]
const instanceAt = (epoch: number) => ({ config: hex32('config'), epoch: epoch as EpochNumber, prev: hex32('prev') })
const invalid = { code: 'ORACLE_RECORD_INVALID' }

async function diskWith(...reports: (typeof one)[]): Promise<MemoryKeyValue> {
  const disk = createMemoryKeyValue()
  await disk.start()
  const record = createSigningRecord(disk)
  await record.open(null)
  for (const [view, { digest, report }] of reports.entries()) {
    await record.attest(instanceAt(1), { view, digest, report })
    await record.giveUp(instanceAt(1), view)
  }
  return disk
}

describe('a signing record that moves to another disk', () => {
  it('takes along what was signed, and signs nothing before the second epoch after', async () => {
    const bytes = await exportRecord(await diskWith(one, two), self)
    const disk = await diskWith()
    expect(await importRecord(disk, self, bytes)).toEqual({ entries: 4 })
    disk.crash()
    await disk.start()
    const record = createSigningRecord(disk)
    await record.open(4)
    expect(record.fromEpoch).toBe(6)
    expect((await record.recall(instanceAt(1))).attested.get(1)?.digest).toBe(two.digest)
    await expect(record.giveUp(instanceAt(5), 0)).rejects.toMatchObject({ code: 'ORACLE_NOT_SIGNING_YET' })
    await record.giveUp(instanceAt(6), 0)
  })

  it('waits after an import though nothing was ever committed, because the words of the first epoch may be missing', async () => {
    const disk = await diskWith()
    await importRecord(disk, self, await exportRecord(await diskWith(one), self))
    const record = createSigningRecord(disk)
    await record.open(null)
    expect(record.fromEpoch).toBe(2)
  })

  it('adds to what is here, and refuses what contradicts it', async () => {
    const disk = await diskWith(one)
    await importRecord(disk, self, await exportRecord(await diskWith(one, two), self))
    const before = bytesToUtf8(await exportRecord(disk, self))
    await expect(importRecord(disk, self, await exportRecord(await diskWith(two), self))).rejects.toMatchObject(invalid)
    expect(bytesToUtf8(await exportRecord(disk, self))).toBe(before)
  })

  it('takes a proposal along, and keeps what is known of it when one of the two has only that there was one', async () => {
    const certified = { view: 1, digest: one.digest, report: one.report, timeouts: [new Uint8Array(512).fill(9)] }
    const proposals = async (...views: number[]): Promise<MemoryKeyValue> => {
      const disk = await diskWith()
      const record = createSigningRecord(disk)
      await record.open(null)
      for (const view of views) {
        await record.propose(instanceAt(1), { ...certified, view })
      }
      return disk
    }
    const early = await proposals(1)
    const late = await proposals(1, 2)
    for (const [from, to] of [[early, late] as const, [late, early] as const, [late, await proposals()] as const]) {
      await importRecord(to, self, await exportRecord(from, self))
      const { proposed } = await createSigningRecord(to).recall(instanceAt(1))
      expect(proposed.get(2)).toEqual({ ...certified, view: 2 })
      expect([null, certified]).toContainEqual(proposed.get(1))
    }
    expect((await createSigningRecord(late).recall(instanceAt(1))).proposed.get(1)).toEqual(certified)
    const other = await proposals()
    const record = createSigningRecord(other)
    await record.open(null)
    await record.propose(instanceAt(1), { ...certified, digest: two.digest })
    await expect(importRecord(other, self, await exportRecord(early, self))).rejects.toMatchObject(invalid)
  })

  it('refuses what is damaged, cut off, too large or of another node, and changes nothing', async () => {
    const bytes = await exportRecord(await diskWith(one), self)
    const text = bytesToUtf8(bytes)
    const disk = await diskWith()
    const bad = [
      bytes.subarray(0, bytes.byteLength - 1),
      bytes.subarray(0, 100),
      new Uint8Array(),
      Uint8Array.of(0xff, 0xfe),
      utf8ToBytes(text.replace('/0/digest', '/1/digest')),
      new Uint8Array(MAX_RECORD_BYTES + 1),
      await exportRecord(await diskWith(one), member(1) as NodeId)
    ]
    for (const one of bad) {
      await expect(importRecord(disk, self, one)).rejects.toMatchObject(invalid)
    }
    const record = createSigningRecord(disk)
    await record.open(9)
    expect(record.fromEpoch).toBe(1)
  })
})
