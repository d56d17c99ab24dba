import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { makeDataDir, openExclusively } from '../src/data-dir.js'
import { loadIdentity } from '../src/index.js'

let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cortensor-data-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
})

describe('a data folder', () => {
  it('lets one in at a time, and the next one when the first has left', async () => {
    const [first, second] = [openExclusively(dir, 'state'), openExclusively(dir, 'state')]
    await first.start()
    await expect(second.start()).rejects.toMatchObject({
      code: 'NODE_DATA_DIR_LOCKED',
      message: expect.stringContaining(`${dir} is in use`)
    })
    await first.stop()
    await second.start()
    await second.stop()
  })

  it('cannot be where a file is', () => {
    const file = join(dir, 'file')
    writeFileSync(file, '')
    expect(() => makeDataDir(file)).toThrow(expect.objectContaining({ code: 'NODE_DATA_DIR_UNUSABLE' }))
  })
})

describe('the keys of a node', () => {
  it('are made once, for their owner alone, and are the same ever after', () => {
    const made = loadIdentity(dir)
    expect(statSync(join(dir, 'identity.json')).mode & 0o777).toBe(0o600)
    const again = loadIdentity(dir)
    expect([again.signer.nodeId, again.signer.operator]).toEqual([made.signer.nodeId, made.signer.operator])
  })

  it('follow from a seed, and differ between seeds', () => {
    const folders = ['a', 'b', 'c'].map((name) => join(dir, name)) as [string, string, string]
    const [one, same, other] = [loadIdentity(folders[0], 's'), loadIdentity(folders[1], 's'), loadIdentity(folders[2], 't')]
    expect(same.signer.nodeId).toBe(one.signer.nodeId)
    expect(same.signer.operator).toBe(one.signer.operator)
    expect(other.signer.nodeId).not.toBe(one.signer.nodeId)
    expect(other.signer.operator).not.toBe(one.signer.operator)
  })

  it('that cannot be read are never replaced', () => {
    const file = join(dir, 'identity.json')
    writeFileSync(file, '{"version":1,"nodeSeed":"00')
    expect(() => loadIdentity(dir)).toThrow(expect.objectContaining({ code: 'NODE_IDENTITY_UNREADABLE' }))
    expect(readFileSync(file, 'utf8')).toBe('{"version":1,"nodeSeed":"00')
  })
})
