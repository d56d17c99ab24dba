import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesToHex32, cidFromHash, sha256 } from '@cortensor/crypto'
import type { EpochNumber } from '@cortensor/interface'
import { createLevelKeyValue } from '@cortensor/store'
import { utf8ToBytes } from '@cortensor/utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSigningRecord } from '../../oracle/src/record/signing-record.js'
import { exportSigningRecord, importSigningRecord, loadIdentity } from '../src/index.js'

const hex32 = (text: string) => bytesToHex32(sha256(utf8ToBytes(text)))
const instance = { config: hex32('config'), epoch: 7 as EpochNumber, prev: hex32('six') }
const proposal = { view: 0, digest: hex32('seven'), report: cidFromHash(sha256(utf8ToBytes('seven'))) }

describe('the signing record of a stopped oracle', () => {
  let [here, there] = ['', '']
  beforeEach(() => {
    ;[here, there] = ['a', 'b'].map((name) => mkdtempSync(join(tmpdir(), `cortensor-record-${name}-`))) as [string, string]
    loadIdentity(here, 'oracle')
    loadIdentity(there, 'oracle')
  })
  afterEach(() => {
    for (const dir of [here, there]) {
      rmSync(dir, { recursive: true, force: true })
    }
  })
  const inRecord = async <T>(dir: string, work: (record: ReturnType<typeof createSigningRecord>) => Promise<T>): Promise<T> => {
    const state = createLevelKeyValue({ dir: join(dir, 'state') })
    await state.start()
    try {
      return await work(createSigningRecord(state))
    } finally {
      await state.stop()
    }
  }

  it('goes to another disk, where nothing is contradicted and the next epoch not signed', async () => {
    await inRecord(here, async (record) => {
      await record.open(null)
      await record.attest(instance, proposal)
    })
    const { bytes, node } = await exportSigningRecord(here)
    expect(await importSigningRecord(there, bytes)).toEqual({ node, entries: 1 })
    await inRecord(there, async (record) => {
      await record.open(6)
      expect(record.fromEpoch).toBe(8)
      expect((await record.recall(instance)).attested.get(0)).toEqual(proposal)
      await expect(record.attest(instance, proposal)).rejects.toMatchObject({ code: 'ORACLE_NOT_SIGNING_YET' })
    })
  })

  it('is not touched while the oracle runs', async () => {
    const { bytes } = await exportSigningRecord(here)
    await inRecord(here, async () => {
      await expect(exportSigningRecord(here)).rejects.toMatchObject({ code: 'NODE_DATA_DIR_LOCKED' })
      await expect(importSigningRecord(here, bytes)).rejects.toMatchObject({ code: 'NODE_DATA_DIR_LOCKED' })
    })
  })

  it("is refused when it is another node's, and where no node is", async () => {
    const { bytes } = await exportSigningRecord(here)
    rmSync(join(there, 'identity.json'))
    await expect(importSigningRecord(there, bytes)).rejects.toMatchObject({ code: 'NODE_DATA_DIR_UNUSABLE' })
    loadIdentity(there, 'another')
    await expect(importSigningRecord(there, bytes)).rejects.toMatchObject({ code: 'ORACLE_RECORD_INVALID' })
  })
})
