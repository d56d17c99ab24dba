import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blockCid } from '@cortensor/crypto'
import type { CidString, ContentCodec, NetworkId } from '@cortensor/interface'
import { createLibp2pNetwork } from '@cortensor/network'
import {
  type DatasetRow,
  decodeDatasetLinks,
  decodeDatasetRoot,
  encodeDatasetLinks,
  encodeDatasetRoot,
  encodeReport,
  type Report
} from '@cortensor/protocols'
import { createHeliaStore, readCar, writeCar } from '@cortensor/store'
import { bytesToUtf8, utf8ToBytes } from '@cortensor/utils'
import { describe, expect, it, onTestFinished } from 'vitest'
import { minerX, minerY, minerZ, verifier } from '../../scoring/test/world.js'
import { openExclusively } from '../src/data-dir.js'
import { createLogger, exportDataset, keepDataset, loadIdentity, readDataset, verifyDataset } from '../src/index.js'
import { answers, game, laterGame, registry, second, third, visitor } from './quiz-world.js'

const exported = await exportDataset({ client: visitor(), registry })
const rows = bytesToUtf8(exported.jsonl)
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as DatasetRow)
const { blocks, root } = readCar(exported.car)
const manifest = decodeDatasetRoot(blocks.get(root) as Uint8Array)
const check = (car: Uint8Array) => verifyDataset({ bytes: car, verifier })
const reasonOf = async (car: Uint8Array): Promise<string> => (await check(car)).reason ?? ''

/** The same file with one block replaced by another, and everything that links to it. */
function replaced(old: CidString, block: Uint8Array, codec: ContentCodec): { car: Uint8Array; cid: CidString } {
  const cid = blockCid(block, codec)
  const swap = (one: CidString): CidString => (one === old ? cid : one)
  const more = new Map([...blocks].filter(([name]) => name !== old && name !== root))
  more.set(cid, block)
  const links = manifest.messages.map((name) => {
    const list = encodeDatasetLinks(decodeDatasetLinks(blocks.get(name) as Uint8Array).map(swap))
    more.delete(name)
    more.set(blockCid(list, 'dag-cbor'), list)
    return blockCid(list, 'dag-cbor')
  })
  const { lines, reports } = manifest
  const top = encodeDatasetRoot({ ...manifest, lines: lines.map(swap), reports: reports.map(swap), messages: links })
  const name = blockCid(top, 'dag-cbor')
  return { car: writeCar({ root: name, blocks: new Map([[name, top], ...more]) }), cid }
}

const withLines = (change: (lines: string[]) => string[]): Uint8Array => {
  const changed = change(bytesToUtf8(exported.jsonl).trimEnd().split('\n'))
  return replaced(manifest.lines[0] as CidString, utf8ToBytes(changed.map((line) => `${line}\n`).join('')), 'raw').car
}

describe('an exported dataset', () => {
  it('has a row for every question of every round that counts, with verdicts, models and signed messages', () => {
    const asked = game.round.categories.length * game.round.itemsPerCategory
    expect(exported).toMatchObject({ epochs: [1, 3], rounds: 2, rows: 4 * asked, messages: 2 * 1 + 5 + 2 })
    expect(rows).toHaveLength(exported.rows)
    expect(rows.map(({ epoch }) => epoch)).toEqual([...rows.map(({ epoch }) => epoch)].sort())
    const of = (node: string) => rows.filter((row) => row.round === game.roundId && row.answers[0]?.node === node)
    const verdicts = (node: string) => of(node).map((row) => row.answers[0]?.verdict)
    expect(verdicts(minerX.nodeId)).toEqual(Array(asked).fill('right'))
    expect(verdicts(minerY.nodeId)).toEqual(['wrong', 'wrong', ...Array(asked - 2).fill('right')])
    expect(verdicts(minerZ.nodeId)).toEqual(Array(asked).fill('missing'))
    const [row] = of(minerX.nodeId)
    expect(row).toMatchObject({ report: second.cid, opening: blockCid(game.open, 'raw'), item: 0, license: 'CC0-1.0' })
    expect(row?.answers[0]).toMatchObject({
      text: row?.answer,
      precommits: [blockCid(answers.right.precommit, 'raw')],
      reveal: blockCid(answers.right.reveal, 'raw')
    })
  })

  it('verifies from the file alone, and is the same file for everybody', async () => {
    expect(await check(exported.car)).toMatchObject({
      valid: true,
      reason: null,
      root: exported.root,
      epochs: [1, 3],
      rows: exported.rows,
      messages: exported.messages,
      unchecked: [expect.stringContaining(third.cid)]
    })
    expect((await exportDataset({ client: visitor(), registry })).car).toEqual(exported.car)
    expect(bytesToUtf8((await readDataset(exported.car)).jsonl)).toBe(bytesToUtf8(exported.jsonl))
  })

  it('holds what is still to be had of a longer history', async () => {
    const later = await exportDataset({ client: visitor([second]), registry, license: 'ODC-By-1.0' })
    expect(later).toMatchObject({ epochs: [3, 3], rounds: 1 })
    expect(await check(later.car)).toMatchObject({ valid: true, license: 'ODC-By-1.0' })
    expect(bytesToUtf8(later.jsonl)).toContain(laterGame.roundId)
  })
})

describe('a dataset is refused', () => {
  it('by the name of the block, without any of them, and with one more', async () => {
    for (const cid of blocks.keys()) {
      const without = new Map([...blocks].filter(([other]) => other !== cid))
      expect(await reasonOf(writeCar({ root, blocks: without }))).toContain(cid)
    }
    const stray = Uint8Array.of(1, 2, 3)
    const cid = blockCid(stray, 'raw')
    expect(await reasonOf(writeCar({ root, blocks: new Map([...blocks, [cid, stray]]) }))).toContain(cid)
  })

  it('with any byte changed, and cut anywhere', async () => {
    for (let i = 0; i < exported.car.byteLength; i += 1 + Math.floor(exported.car.byteLength / 60)) {
      const changed = exported.car.slice()
      changed[i]! ^= 1 << (i % 8)
      expect(await reasonOf(changed)).not.toBe('')
      expect(await reasonOf(exported.car.subarray(0, i))).not.toBe('')
    }
  })

  it('by the CID of the message whose signature does not hold, everything else made to fit', async () => {
    for (const message of [game.open, answers.right.precommit, answers.partly.reveal]) {
      const forged = message.slice()
      forged[forged.length - 1]! ^= 1
      const { car, cid } = replaced(blockCid(message, 'raw'), forged, 'raw')
      expect(await reasonOf(car)).toContain(cid)
    }
  })

  it('by the line that says otherwise than the signed messages', async () => {
    const wrong = rows.findIndex(({ answers }) => answers[0]?.verdict === 'wrong')
    const better = withLines((lines) => lines.map((line, i) => (i === wrong ? line.replace('"wrong"', '"right"') : line)))
    expect(await reasonOf(better)).toContain(`Line ${wrong + 1} `)
    expect(await reasonOf(withLines((lines) => lines.slice(0, -1)))).toContain(`Line ${rows.length} `)
    expect(await reasonOf(withLines((lines) => [...lines, lines[0] as string]))).toContain(`Line ${rows.length + 1} `)
    expect(await reasonOf(withLines((lines) => lines.map((line) => line.replace('CC0-1.0', 'MIT'))))).toContain('Line 1 ')
  })

  it('when a report scores otherwise than its answers', async () => {
    const report: Report = structuredClone(third.report)
    const score = report.outcomes[0]?.scores[0]
    score!.correct = score!.correct === 0 ? 1 : 0
    const forged = encodeReport(report)
    const { car } = replaced(third.cid, forged.blocks.get(forged.cid) as Uint8Array, 'dag-cbor')
    const { blocks: held, root: top } = readCar(car)
    const whole = writeCar({ root: top, blocks: new Map([...held, ...forged.blocks]) })
    expect(await reasonOf(whole)).toContain(laterGame.roundId)
  })

  it('when it is another than the one that was asked for, or its reports do not follow one another', async () => {
    const other = await verifyDataset({ bytes: exported.car, root: second.cid, verifier })
    expect(other).toMatchObject({ valid: false, reason: expect.stringContaining(second.cid) })
    const top = encodeDatasetRoot({ ...manifest, reports: manifest.reports.toReversed() })
    const name = blockCid(top, 'dag-cbor')
    const car = writeCar({ root: name, blocks: new Map([...blocks, [name, top]].filter(([cid]) => cid !== root) as never) })
    expect(await reasonOf(car)).toContain('does not follow')
  })

  it('when it is no dataset', async () => {
    const text = utf8ToBytes('hello')
    const cid = blockCid(text, 'raw')
    expect(await check(writeCar({ root: cid, blocks: new Map([[cid, text]]) }))).toMatchObject({ valid: false, root: null })
    expect(await check(text)).toMatchObject({ valid: false, root: null })
  })
})

describe('a kept dataset', () => {
  it("lies in a stopped node's store, block by block, and not in one that runs", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'cortensor-keep-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const logger = createLogger({ level: 'error', destination: 'stderr' })
    const init = { bytes: exported.car, dataDir, logger }
    await expect(keepDataset(init)).rejects.toMatchObject({ code: 'NODE_DATA_DIR_UNUSABLE' })
    loadIdentity(dataDir)
    expect(await keepDataset(init)).toEqual({ root: exported.root, blocks: blocks.size })

    const networkId = '0123456789abcdef' as NetworkId
    const network = createLibp2pNetwork({ seed: new Uint8Array(32), networkId, topics: [], localNetwork: true })
    const store = createHeliaStore({ network, networkId, dir: join(dataDir, 'blocks') })
    await network.start()
    await store.start()
    onTestFinished(() => network.stop())
    onTestFinished(() => store.stop())
    for (const [cid, block] of blocks) {
      expect(new Uint8Array(await store.get(cid, { localOnly: true }))).toEqual(new Uint8Array(block))
    }
    const running = openExclusively(dataDir, 'state')
    await running.start()
    onTestFinished(() => running.stop())
    await expect(keepDataset(init)).rejects.toMatchObject({ code: 'NODE_DATA_DIR_LOCKED' })
  })
})
