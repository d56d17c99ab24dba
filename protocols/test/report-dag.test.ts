import { isDeepStrictEqual } from 'node:util'
import { blockCid } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import {
  decodeReportRoot,
  decodeSection,
  encodeReport,
  encodeReportRoot,
  encodeSection,
  type FetchBlock,
  findRow,
  isWireError,
  loadReport,
  MAX_REPORT_BLOCK_BYTES,
  type Report,
  type ReportDag,
  type ReportRoot,
  reportCids,
  SECTION_NAMES,
  type SectionName,
  type SectionRef
} from '@cortensor/protocols'
import { concatBytes } from '@cortensor/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wireCodeOf } from './helpers/codecs.js'
import { largeReport } from './helpers/large-report.js'
import { SECTION_ROWS } from './helpers/report-arbitraries.js'
import { readVectors } from './helpers/vectors.js'

type Blocks = ReadonlyMap<CidString, Uint8Array>

const fetchFrom =
  (blocks: Blocks): FetchBlock =>
  async (cid) => {
    const block = blocks.get(cid)
    if (block === undefined) {
      throw new RangeError(`No block ${cid}`)
    }
    return block
  }
const sizeOf = (blocks: Blocks): number => [...blocks.values()].reduce((sum, block) => sum + block.byteLength, 0)
const rootOf = ({ blocks, cid }: ReportDag): ReportRoot => decodeReportRoot(blocks.get(cid) as Uint8Array)
const chunksOf = (dag: ReportDag, name: SectionName): Uint8Array[] =>
  rootOf(dag).sections[name].chunks.map((cid) => dag.blocks.get(cid) as Uint8Array)
const codeOf = async (loading: Promise<unknown>): Promise<string | null> => {
  try {
    await loading
    return null
  } catch (error) {
    return isWireError(error) ? error.code : String(error)
  }
}

describe('golden vectors of a report', () => {
  const vectors = readVectors<{ value: Report; cid: CidString; blocks: Record<CidString, Uint8Array> }[]>('report', 'report')

  it.each(vectors)('has exactly these blocks: $cid', async ({ value, cid, blocks }) => {
    const dag = encodeReport(value)
    expect(dag.cid).toBe(cid)
    expect(Object.fromEntries(dag.blocks)).toEqual(blocks)
    expect(await loadReport(cid, fetchFrom(dag.blocks))).toEqual(value)
  })
})

describe('a report', () => {
  it.each([
    { nodes: 24, results: 10_000, consumed: 0, oracles: 4 },
    { nodes: 1_000, results: 1_000, consumed: 100_000, oracles: 31 },
    { nodes: 5_000, results: 10_000, consumed: 10_000, oracles: 7 }
  ])(
    'holds $results results, $nodes nodes, $oracles observations and $consumed consumed items in bounded blocks',
    async (init) => {
      const report = largeReport(init)
      const dag = encodeReport(report)
      for (const block of dag.blocks.values()) {
        expect(block.byteLength).toBeLessThanOrEqual(MAX_REPORT_BLOCK_BYTES)
      }
      expect(reportCids(dag.cid, rootOf(dag)).toSorted()).toEqual([...dag.blocks.keys()].toSorted())
      // Much faster than `toEqual` for values of this size.
      expect(isDeepStrictEqual(await loadReport(dag.cid, fetchFrom(dag.blocks)), report)).toBe(true)
    }
  )

  it('takes at most 225 bytes a result', () => {
    const size = (results: number) => sizeOf(encodeReport(largeReport({ nodes: 4, results, consumed: 0, oracles: 4 })).blocks)
    expect((size(5_500) - size(500)) / 5_000).toBeLessThanOrEqual(225)
  })

  it('asks for at most eight chunks at a time', async () => {
    const dag = encodeReport(largeReport({ nodes: 500, results: 10_000, consumed: 20_000, oracles: 31 }))
    let open = 0
    let most = 0
    await loadReport(dag.cid, async (cid) => {
      open += 1
      most = Math.max(most, open)
      await Promise.resolve()
      open -= 1
      return fetchFrom(dag.blocks)(cid)
    })
    expect(most).toBe(8)
  })

  it('gives the row of a key by a few of its chunks', async () => {
    const report = largeReport({ nodes: 2_000, results: 1, consumed: 1, oracles: 4 })
    const dag = encodeReport(report)
    const root = rootOf(dag)
    let fetched = 0
    const fetch: FetchBlock = (cid) => {
      fetched += 1
      return fetchFrom(dag.blocks)(cid)
    }
    const { length: chunks } = root.sections.skills.chunks
    expect(chunks).toBeGreaterThan(4)
    for (const { node } of report.state.bindings.filter((_, i) => i % 97 === 0)) {
      const rows = await findRow(root, 'skills', node, fetch)
      expect(rows).toEqual(report.state.skills.filter((skill) => skill.node === node))
      expect(fetched).toBeLessThanOrEqual(Math.ceil(Math.log2(chunks + 1)))
      fetched = 0
    }
    expect(await findRow(root, 'skills', '', fetch)).toBeNull()
    expect(await findRow(root, 'skills', '~', fetch)).toBeNull()
    expect(await findRow(root, 'skills', `${report.state.skills[0]?.node}~`, fetch)).toBeNull()
    expect(await codeOf(findRow(root, 'skills', '~', fetchFrom(new Map())))).toContain('No block')
    const noList = forge(dag, 'skills', [Uint8Array.of(0xa0)])
    expect(await codeOf(findRow(rootOf(noList), 'skills', '~', fetchFrom(noList.blocks)))).toBe('WIRE_MALFORMED')
  })

  it('is loaded whole or not at all', async () => {
    const dag = encodeReport(largeReport({ nodes: 40, results: 200, consumed: 100, oracles: 4 }))
    for (const cid of dag.blocks.keys()) {
      const without = new Map([...dag.blocks].filter(([other]) => other !== cid))
      expect(await codeOf(loadReport(dag.cid, fetchFrom(without)))).toContain(`No block ${cid}`)
    }
  })

  it('is refused for any byte of any block that is another', async () => {
    const dag = encodeReport(largeReport({ nodes: 6, results: 6, consumed: 6, oracles: 4 }))
    for (const [cid, block] of dag.blocks) {
      for (let i = 0; i < block.byteLength; i += 1 + Math.floor(block.byteLength / 40)) {
        const changed = block.slice()
        changed[i]! ^= 1
        expect(await codeOf(loadReport(dag.cid, fetchFrom(new Map([...dag.blocks, [cid, changed]]))))).toBe('WIRE_MALFORMED')
      }
    }
  })
})

/** A root that fits its blocks by their hashes, with one section changed. */
function forge(dag: ReportDag, name: SectionName, chunks: readonly Uint8Array[], change: Partial<SectionRef> = {}): ReportDag {
  const root = rootOf(dag)
  const stored = chunks.map((chunk) => [blockCid(chunk, 'dag-cbor'), chunk] as const)
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  const section = { ...root.sections[name], bytes, chunks: stored.map(([cid]) => cid), ...change }
  const forged = encodeReportRoot({ ...root, sections: { ...root.sections, [name]: section } })
  const cid = blockCid(forged, 'dag-cbor')
  return { cid, blocks: new Map([...dag.blocks, ...stored, [cid, forged]]) }
}

describe('the chunks of a section', () => {
  const dag = encodeReport(largeReport({ nodes: 2_000, results: 2_000, consumed: 4_000, oracles: 4 }))
  const load = ({ blocks, cid }: ReportDag) => codeOf(loadReport(cid, fetchFrom(blocks)))
  const chunks = chunksOf(dag, 'consumed')
  const rows = decodeSection('consumed', chunks)

  it('are several, and the whole of it', async () => {
    expect(chunks.length).toBeGreaterThan(2)
    expect(await load(forge(dag, 'consumed', chunks))).toBeNull()
  })

  it.each(SECTION_NAMES)('of %s are refused in another order, twice or with one missing', async (name) => {
    const own = chunksOf(dag, name)
    const others = [own.slice(1), [...own, own[0] as Uint8Array]]
    for (const changed of own.length > 1 && name !== 'observations' ? [...others, own.toReversed()] : others) {
      expect(await load(forge(dag, name, changed))).toMatch(/^WIRE_/)
    }
  })

  it('are refused with other counts than they have', async () => {
    const { bytes } = rootOf(dag).sections.consumed
    expect(await load(forge(dag, 'consumed', chunks, { rows: rows.length + 1 }))).toBe('WIRE_MALFORMED')
    expect(await load(forge(dag, 'consumed', chunks, { bytes: bytes + 1 }))).toBe('WIRE_MALFORMED')
    expect(await load(forge(dag, 'consumed', chunks, { bytes: bytes - 1 }))).toBe('WIRE_TOO_LARGE')
  })

  it('are refused when they are cut elsewhere', async () => {
    const body = (chunk: Uint8Array): Uint8Array => chunk.subarray(3)
    const count = (chunk: Uint8Array): number => ((chunk[1] as number) << 8) | (chunk[2] as number)
    const [first, second, ...rest] = chunks as [Uint8Array, Uint8Array, ...Uint8Array[]]
    const total = count(first) + count(second)
    const merged = concatBytes(Uint8Array.of(0x99, total >> 8, total & 0xff), body(first), body(second))
    expect(wireCodeOf(() => decodeSection('consumed', [merged]))).toBe('WIRE_MALFORMED')
    expect(await load(forge(dag, 'consumed', [merged, ...rest]))).toBe('WIRE_MALFORMED')
  })

  it('are refused above their size before they are parsed', async () => {
    const large = new Uint8Array(MAX_REPORT_BLOCK_BYTES + 1)
    expect(wireCodeOf(() => decodeSection('consumed', [large]))).toBe('WIRE_TOO_LARGE')
    expect(await load(forge(dag, 'consumed', [large]))).toBe('WIRE_TOO_LARGE')
  })

  it('stay the same blocks where nothing has changed', () => {
    const known = new Set(chunks.map((chunk) => blockCid(chunk, 'dag-cbor')))
    const kept = (changed: typeof rows): number =>
      encodeSection('consumed', changed).filter((chunk) => known.has(blockCid(chunk, 'dag-cbor'))).length
    // What an epoch does: some expire at the beginning, others come at the end.
    const last = rows.at(-1)!.expiryMs
    const added = rows.slice(0, 300).map(({ key }, i) => ({ key, expiryMs: last + 1 + i }))
    expect(kept([...rows.slice(300), ...added])).toBeGreaterThanOrEqual(chunks.length - 3)
    for (const at of [0, 1_000, rows.length - 1]) {
      expect(kept(rows.filter((_, i) => i !== at))).toBeGreaterThanOrEqual(chunks.length - 3)
    }
  })

  it.each(SECTION_NAMES)('of %s give back every row', (name) => {
    fc.assert(
      fc.property(SECTION_ROWS[name] as fc.Arbitrary<never[]>, (some) => {
        expect(decodeSection(name, encodeSection(name, some))).toEqual(some)
      }),
      { numRuns: 20 }
    )
  })
})
