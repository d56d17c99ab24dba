import { blockCid } from '@cortensor/crypto'
import type { CidString, Committee, ContentStore, NodeId } from '@cortensor/interface'
import { wireError } from '../../common/v1/errors.js'
import { MAX_COMMITTEE } from '../../oracle/v1/limits.js'
import { decodeSection, encodeSection, findInChunk } from './chunks.js'
import { MAX_REPORT_BLOCK_BYTES } from './limits.js'
import { decodeReportRoot, encodeReportRoot } from './root.js'
import { type ReportSections, reportOf, SECTION_NAMES, type SectionName, type SectionRow, sectionsOf } from './sections.js'
import type { Report, ReportRoot, SectionRef } from './types.js'

/** A report as blocks: a root and the chunks of its sections. */
export interface ReportDag {
  /** Of the root: the report's CID. */
  cid: CidString
  /** All of its blocks, the root among them. Equal chunks are one block. */
  blocks: ReadonlyMap<CidString, Uint8Array>
}

/** A block of a CID. What it throws is passed on. */
export type FetchBlock = (cid: CidString) => Promise<Uint8Array>

export interface ReportFetcherOptions {
  /** Not asked: whoever fetches. @default nobody */
  self?: NodeId
  signal: AbortSignal
}

/** Blocks of a committed report, from whoever of the committee serves them. */
export function reportFetcher(
  store: Pick<ContentStore, 'get'>,
  { members }: Pick<Committee, 'members'>,
  { self, signal }: ReportFetcherOptions
): FetchBlock {
  const providers = members.map(({ nodeId }) => nodeId).filter((nodeId) => nodeId !== self)
  return (cid) => store.get(cid, { providers, maxBytes: MAX_REPORT_BLOCK_BYTES, signal })
}

/** Chunks that are fetched at the same time: enough to hide the way to a provider, few enough to keep the rest of a node going. */
const PARALLEL_FETCHES = 8

/** Throws a `WireErrorCode` for a report that has no form, or is larger than one can be. */
export function encodeReport(report: Report): ReportDag {
  if (report.state.epoch !== report.epoch) {
    throw wireError('WIRE_MALFORMED', 'state.epoch must be the epoch of the report')
  }
  const rows = sectionsOf(report)
  const blocks = new Map<CidString, Uint8Array>()
  const write = <Name extends SectionName>(name: Name, sections: ReportSections): SectionRef => {
    const chunks = encodeSection(name, sections[name]).map((chunk) => {
      const cid = blockCid(chunk, 'dag-cbor')
      blocks.set(cid, chunk)
      return { cid, size: chunk.byteLength }
    })
    const bytes = chunks.reduce((sum, { size }) => sum + size, 0)
    return { rows: sections[name].length, bytes, chunks: chunks.map(({ cid }) => cid) }
  }
  checkCommittee(rows.observations.length)
  const sections = Object.fromEntries(SECTION_NAMES.map((name) => [name, write(name, rows)])) as ReportRoot['sections']
  const { anchor, config, epoch, excluded, networkId, paidMs, prev, prevReport, resultsRoot, rewardsRoot, state, totals } = report
  const root = encodeReportRoot({
    version: 1,
    networkId,
    config,
    epoch,
    prev,
    prevReport,
    anchor: anchor.block,
    draw: anchor.draw,
    funding: anchor.funding,
    cutoffMs: state.cutoffMs,
    paidMs,
    excluded,
    resultsRoot,
    rewardsRoot,
    totals,
    sections
  })
  const cid = blockCid(root, 'dag-cbor')
  blocks.set(cid, root)
  return { cid, blocks }
}

function checkCommittee(observations: number): void {
  if (observations > MAX_COMMITTEE) {
    throw wireError('WIRE_LIMIT_EXCEEDED', `A report has at most ${MAX_COMMITTEE} observations, got ${observations}`)
  }
}

async function loadBlock(cid: CidString, fetch: FetchBlock): Promise<Uint8Array> {
  const block = await fetch(cid)
  if (block.byteLength > MAX_REPORT_BLOCK_BYTES) {
    throw wireError('WIRE_TOO_LARGE', `Block ${cid} has ${block.byteLength} bytes, more than a block of a report can have`)
  }
  if (blockCid(block, 'dag-cbor') !== cid) {
    throw wireError('WIRE_MALFORMED', `The block that came for ${cid} has another hash`)
  }
  return block
}

/** Throws a `WireErrorCode` for a block that is none, and what `fetch` throws. */
export async function loadReportRoot(cid: CidString, fetch: FetchBlock): Promise<ReportRoot> {
  const root = decodeReportRoot(await loadBlock(cid, fetch))
  checkCommittee(root.sections.observations.rows)
  return root
}

/** One section of a report, its chunks a few at a time. Throws a `WireErrorCode`, and what `fetch` throws. */
export async function loadSection<Name extends SectionName>(
  root: Pick<ReportRoot, 'sections'>,
  name: Name,
  fetch: FetchBlock
): Promise<SectionRow[Name][]> {
  const { bytes, chunks, rows } = root.sections[name]
  const blocks: Uint8Array[] = []
  for (let i = 0; i < chunks.length; i += PARALLEL_FETCHES) {
    blocks.push(...(await Promise.all(chunks.slice(i, i + PARALLEL_FETCHES).map((cid) => loadBlock(cid, fetch)))))
    if (blocks.reduce((sum, block) => sum + block.byteLength, 0) > bytes) {
      throw wireError('WIRE_TOO_LARGE', `${name} has more bytes than the root of its report says`)
    }
  }
  const found = decodeSection(name, blocks)
  const size = blocks.reduce((sum, block) => sum + block.byteLength, 0)
  if (found.length !== rows || size !== bytes) {
    throw wireError('WIRE_MALFORMED', `${name} has ${found.length} rows in ${size} bytes, its root says ${rows} in ${bytes}`)
  }
  return found
}

/**
 * The row of a key, or null where the section has none, by as few chunks as a search in halves needs. Throws a `WireErrorCode`, and what
 * `fetch` throws.
 */
export async function findRow<Name extends SectionName>(
  root: Pick<ReportRoot, 'sections'>,
  name: Name,
  key: string,
  fetch: FetchBlock
): Promise<SectionRow[Name] | null> {
  const { chunks } = root.sections[name]
  let [low, high] = [0, chunks.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const place = findInChunk(name, await loadBlock(chunks[middle] as CidString, fetch), key)
    if (place.at === 'here') {
      return place.row
    }
    if (place.at === 'nowhere') {
      return null
    }
    high = place.at === 'before' ? middle - 1 : high
    low = place.at === 'after' ? middle + 1 : low
  }
  return null
}

/** All of a report. Throws a `WireErrorCode`, and what `fetch` throws. */
export async function loadReport(cid: CidString, fetch: FetchBlock): Promise<Report> {
  const root = await loadReportRoot(cid, fetch)
  const rows: Partial<Record<SectionName, readonly unknown[]>> = {}
  for (const name of SECTION_NAMES) {
    rows[name] = await loadSection(root, name, fetch)
  }
  const { sections: _sections, ...scalars } = root
  return reportOf(scalars, rows as ReportSections)
}

/** Every block that a report consists of, from its root. */
export const reportCids = (cid: CidString, root: Pick<ReportRoot, 'sections'>): CidString[] => [
  ...new Set([cid, ...SECTION_NAMES.flatMap((name) => root.sections[name].chunks)])
]
