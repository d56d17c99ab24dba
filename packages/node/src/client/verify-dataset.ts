import type { CidString, Verifier } from '@cortensor/interface'
import { errorMessage, isCortensorError } from '@cortensor/interface'
import {
  type DatasetRoot,
  decodeDatasetLinks,
  decodeDatasetRoot,
  type FetchBlock,
  loadReportRoot,
  loadSection,
  networkIdOf
} from '@cortensor/protocols'
import { explainRounds, type OpenedItem, openItems } from '@cortensor/scoring'
import { readCar } from '@cortensor/store'
import { bytesToUtf8, concatBytes } from '@cortensor/utils'
import { nodeError } from '../errors.js'
import { buildDataset, type DatasetEpoch } from './dataset.js'

/** As for the archive of an epoch: what a machine of today has in memory with room to spare. */
export const MAX_DATASET_BYTES = 536_870_912

/** What a file says, its blocks checked against their CIDs and nothing else. */
export interface ReadDataset {
  root: CidString
  license: string
  rows: number
  jsonl: Uint8Array
}

export interface OpenedDataset {
  root: CidString
  manifest: DatasetRoot
  lines: Uint8Array
  fetch: FetchBlock
  /** Blocks that nothing has asked for. */
  unread: ReadonlySet<CidString>
}

const invalid = (message: string) => nodeError('NODE_DATASET_INVALID', message)

/** A file whose blocks have the hashes that their CIDs say. Throws like {@link readDataset}. */
export async function openDataset(bytes: Uint8Array): Promise<OpenedDataset> {
  if (bytes.byteLength > MAX_DATASET_BYTES) {
    throw invalid(`The file has ${bytes.byteLength} bytes; at most ${MAX_DATASET_BYTES} are allowed`)
  }
  const { blocks, root } = readCar(bytes)
  const unread = new Set(blocks.keys())
  const fetch: FetchBlock = async (cid) => {
    const block = blocks.get(cid)
    if (block === undefined) {
      throw invalid(`Block ${cid} is not in the file`)
    }
    unread.delete(cid)
    return block
  }
  const manifest = decodeDatasetRoot(await fetch(root))
  const lines: Uint8Array[] = []
  for (const cid of manifest.lines) {
    lines.push(await fetch(cid))
  }
  return { root, manifest, lines: concatBytes(...lines), fetch, unread }
}

/** The lines of a file. Throws `STORE_INVALID_CAR`, `NODE_DATASET_INVALID` and `WIRE_*` for what is no dataset. */
export async function readDataset(bytes: Uint8Array): Promise<ReadDataset> {
  const { lines, manifest, root } = await openDataset(bytes)
  return { root, license: manifest.license, rows: manifest.rows, jsonl: lines }
}

export interface DatasetVerification {
  valid: boolean
  /** The first thing that does not fit, null when everything does. */
  reason: string | null
  root: CidString | null
  license: string | null
  epochs: readonly [number, number] | null
  rows: number
  /** Whose signatures were checked. */
  messages: number
  /** What a file alone cannot show. */
  unchecked: string[]
}

export interface VerifyDatasetInit {
  /** The file. */
  bytes: Uint8Array
  /** The CID that the dataset is known by, from elsewhere. @default that of the file */
  root?: CidString | undefined
  verifier: Verifier
}

const EMPTY = { root: null, license: null, epochs: null, rows: 0, messages: 0, unchecked: [] }

/**
 * Checks every CID and every signature of a file, and derives its rows again from the messages: what was asked follows from a round's
 * seed and the ability that its report states, what was said is signed, and how it was marked follows from both. Ends at the first thing that does not fit, and names it.
 */
export async function verifyDataset(init: VerifyDatasetInit): Promise<DatasetVerification> {
  let told: Omit<DatasetVerification, 'valid' | 'reason'> = EMPTY
  const tell = (change: Partial<DatasetVerification>): void => {
    told = { ...told, ...change }
  }
  try {
    await check(init, tell)
    return { ...told, valid: true, reason: null }
  } catch (error) {
    if (!isCortensorError(error) || !/^(NODE|STORE|WIRE|SCORING)_/.test(error.code)) {
      throw error
    }
    return { ...told, valid: false, reason: errorMessage(error) }
  }
}

async function check(init: VerifyDatasetInit, tell: (change: Partial<DatasetVerification>) => void): Promise<void> {
  const { fetch, lines, manifest, root, unread } = await openDataset(init.bytes)
  const { chainId, license, registry } = manifest
  tell({ root, license })
  if (init.root !== undefined && init.root !== root) {
    throw invalid(`The file is dataset ${root}, not ${init.root}`)
  }
  const items = await openMessages(manifest, fetch, init.verifier)
  tell({ messages: items.length })
  const epochs: (DatasetEpoch & { epoch: number })[] = []
  let before: CidString | null = null
  for (const report of manifest.reports) {
    const { epoch, prevReport, sections } = await loadReportRoot(report, fetch)
    if (before !== null && prevReport !== before) {
      throw invalid(`Report ${report} does not follow report ${before}`)
    }
    before = report
    const outcomes = await loadSection({ sections }, 'outcomes', fetch)
    const asked = new Set<string>(outcomes.map(({ roundId }) => roundId))
    const own = items.filter((item) => 'roundId' in item && asked.has(item.roundId))
    const missing = [...asked].find((roundId) => !own.some((item) => item.kind === 'round' && item.roundId === roundId))
    if (missing !== undefined) {
      throw invalid(`Report ${report} counts round ${missing}, whose opening is not in the file`)
    }
    const opinions = await loadSection({ sections }, 'opinions', fetch)
    epochs.push({ epoch, report, opinions, rounds: explainRounds({ report: { epoch, outcomes, exclusions: [] }, items: own }) })
  }
  tell(spanOf(epochs, before))
  const derived = buildDataset({ chainId, registry, license, epochs })
  compareLines(derived.lines, bytesToUtf8(lines))
  tell({ rows: derived.lines.length })
  const [stray] = unread
  if (stray !== undefined) {
    throw invalid(`Block ${stray} belongs to nothing in the file`)
  }
  if (derived.root !== root) {
    throw invalid(`What the messages give is dataset ${derived.root}, not ${root}`)
  }
}

const spanOf = (epochs: readonly { epoch: number }[], last: CidString | null): Partial<DatasetVerification> => {
  const [from, to] = [epochs[0]?.epoch, epochs.at(-1)?.epoch]
  return from === undefined || to === undefined
    ? {}
    : {
        epochs: [from, to],
        unchecked: [`that the chain names report ${last} for epoch ${to}, which leads to the others`]
      }
}

/** Every message of the file, its signature checked. Throws `NODE_DATASET_INVALID` with the CID of the first that does not hold. */
async function openMessages(manifest: DatasetRoot, fetch: FetchBlock, verifier: Verifier): Promise<OpenedItem[]> {
  const { chainId, registry } = manifest
  const network = { networkId: networkIdOf(chainId, registry), chainId, registry, verifier }
  const items: OpenedItem[] = []
  for (const block of manifest.messages) {
    for (const cid of decodeDatasetLinks(await fetch(block))) {
      const [item] = await openItems([await fetch(cid)], network)
      if (item === undefined || !('roundId' in item)) {
        throw invalid(`Message ${cid} is no signed message of a round of this network`)
      }
      items.push(item)
    }
  }
  return items
}

function compareLines(derived: readonly string[], text: string): void {
  const stated = text === '' ? [] : text.split('\n')
  if (stated.length > 0 && stated.pop() !== '') {
    throw invalid(`Line ${stated.length + 1} has no end`)
  }
  for (let i = 0; i < Math.max(derived.length, stated.length); i++) {
    if (derived[i] !== stated[i]) {
      const says = derived[i] === undefined ? 'the messages give no such row' : 'the signed messages give another row'
      throw invalid(`Line ${i + 1} does not hold: ${says}`)
    }
  }
}
