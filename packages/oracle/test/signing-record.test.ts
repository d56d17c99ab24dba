import { createMemoryKeyValue } from '@cortensor/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { createSigningRecord } from '../src/signing-record.js'
import { hex32 } from './fixtures.js'

const instance = { config: hex32('config'), epoch: 7 as never, prev: hex32('prev') }
const [one, two] = [hex32('one'), hex32('two')]
const refused = { code: 'ORACLE_ALREADY_SIGNED' }

describe('the signing record', () => {
  let disk = createMemoryKeyValue()
  /** The process anew, over the same disk. */
  const restart = async (crash = false) => {
    if (crash) {
      disk.crash()
    } else {
      await disk.stop()
    }
    await disk.start()
    return createSigningRecord(disk)
  }
  beforeEach(async () => {
    disk = createMemoryKeyValue()
    await disk.start()
  })

  it('lets a view have one digest, as often as wanted', async () => {
    const record = createSigningRecord(disk)
    await record.attest(instance, 0, one)
    await record.attest(instance, 0, one)
    await expect(record.attest(instance, 0, two)).rejects.toMatchObject(refused)
  })

  it('lets another view, epoch, predecessor or committee have another one', async () => {
    const record = createSigningRecord(disk)
    await record.attest(instance, 0, one)
    await record.attest(instance, 1, two)
    await record.attest({ ...instance, epoch: 8 as never }, 0, two)
    await record.attest({ ...instance, prev: hex32('fork') }, 0, two)
    await record.attest({ ...instance, config: hex32('rotated') }, 0, two)
  })

  it('lets no digest into a view that was given up, and does not mind giving up what was attested', async () => {
    const record = createSigningRecord(disk)
    await record.attest(instance, 0, one)
    await record.giveUp(instance, 0)
    await record.giveUp(instance, 1)
    await record.giveUp(instance, 1)
    await expect(record.attest(instance, 0, one)).rejects.toMatchObject(refused)
    await expect(record.attest(instance, 1, one)).rejects.toMatchObject(refused)
    await record.attest(instance, 2, one)
  })

  it.each([false, true])('remembers over a restart (power cut: %s)', async (crash) => {
    const before = createSigningRecord(disk)
    await before.attest(instance, 0, one)
    await before.giveUp(instance, 1)
    const after = await restart(crash)
    await expect(after.attest(instance, 0, two)).rejects.toMatchObject(refused)
    await expect(after.attest(instance, 1, one)).rejects.toMatchObject(refused)
    await after.attest(instance, 0, one)
  })

  it('lets only one of two have a view that come at the same moment', async () => {
    const record = createSigningRecord(disk)
    const outcomes = await Promise.allSettled([record.attest(instance, 0, one), record.attest(instance, 0, two)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    const [gaveUp, late] = await Promise.allSettled([record.giveUp(instance, 1), record.attest(instance, 1, one)])
    expect([gaveUp.status, late.status]).toEqual(['fulfilled', 'rejected'])
  })

  it('a disk that fails once does not stop the next word', async () => {
    const record = createSigningRecord(disk)
    await disk.stop()
    await expect(record.attest(instance, 0, one)).rejects.toMatchObject({ code: 'STORE_NOT_STARTED' })
    await disk.start()
    await record.attest(instance, 0, two)
  })
})
