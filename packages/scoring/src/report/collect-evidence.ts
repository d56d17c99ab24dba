import { blockCid } from '@cortensor/crypto'
import { type CidString, errorMessage } from '@cortensor/interface'
import { decodeOnce, decodeOracleMessage, envelopeId, openBucket, openEnvelope } from '@cortensor/protocols'
import { scoringError } from '../errors.js'
import { type OpenItemsInit, openDistinct } from './open-items.js'
import type { ReportEvidence, ReportObservation } from './types.js'

/** Buckets that are fetched at the same time: enough to hide the way to a provider, few enough to keep the rest of a node going. */
const PARALLEL_FETCHES = 8

export interface EvidenceInit extends OpenItemsInit {
  /** The block of a CID. What it throws is passed on. */
  fetch(cid: CidString): Promise<Uint8Array>
}

const evidenceError = (message: string, cause?: unknown) => scoringError('SCORING_BAD_EVIDENCE', message, cause)

/** Checks the signature. Throws `SCORING_BAD_EVIDENCE` for anything but an OBSERVE of this network. */
export async function openObservation(bytes: Uint8Array, init: Omit<EvidenceInit, 'fetch'>): Promise<ReportObservation> {
  const { networkId, verifier } = init
  try {
    const envelope = await openEnvelope(bytes, { networkId, family: 'oracle', verifier, nowMs: null })
    const message = decodeOnce({ decode: decodeOracleMessage, verifier }, envelope.payload)
    if (message.type === 'observe') {
      const { type: _type, ...observe } = message
      return { sender: envelope.sender, bytes, observe }
    }
  } catch (error) {
    throw evidenceError(`observation ${envelopeId(bytes)}: ${errorMessage(error)}`, error)
  }
  throw evidenceError(`observation ${envelopeId(bytes)}: a member sent another message than OBSERVE`)
}

/**
 * Opens the observations and every bucket that they name, each fetched once. Throws `SCORING_BAD_EVIDENCE` for an observation that is
 * none, or a block that `fetch` mixed up; what is malformed inside of a bucket is left out.
 */
export async function collectEvidence(observations: readonly Uint8Array[], init: EvidenceInit): Promise<ReportEvidence> {
  const opened: ReportObservation[] = []
  for (const bytes of observations) {
    opened.push(await openObservation(bytes, init))
  }
  const buckets = await fetchBuckets([...new Set(opened.flatMap(({ observe }) => observe.buckets))], init)
  const items = new Map<string, Uint8Array>()
  const idsByBucket = new Map<CidString, string[]>()
  for (const [cid, bucket] of buckets) {
    idsByBucket.set(cid, [...bucket.keys()])
    for (const [id, bytes] of bucket) {
      items.set(id, bytes)
    }
  }
  // Observers who saw the same name the same buckets, and share one set.
  const sets = new Map<string, ReadonlySet<string>>()
  const idsOf = (cids: readonly CidString[]): ReadonlySet<string> => {
    const key = cids.toSorted().join()
    const ids = sets.get(key) ?? new Set(cids.flatMap((cid) => idsByBucket.get(cid) ?? []))
    sets.set(key, ids)
    return ids
  }
  return {
    observations: opened,
    items: await openDistinct(items, init),
    itemsByObservation: opened.map(({ observe }) => idsOf(observe.buckets))
  }
}

/** Envelopes by id. */
export type OpenedBucket = ReadonlyMap<string, Uint8Array>

async function fetchBuckets(cids: readonly CidString[], init: EvidenceInit): Promise<Map<CidString, OpenedBucket>> {
  const buckets = new Map<CidString, OpenedBucket>()
  for (let i = 0; i < cids.length; i += PARALLEL_FETCHES) {
    const some = cids.slice(i, i + PARALLEL_FETCHES)
    const fetched = await Promise.all(some.map(async (cid) => [cid, await init.fetch(cid)] as const))
    for (const [cid, block] of fetched) {
      buckets.set(cid, readBucket(cid, block))
    }
  }
  return buckets
}

/**
 * The envelopes of a bucket by their ids. A block that is no bucket counts as an empty one: its CID is fixed, so everybody finds the same,
 * and no member can halt the others. Throws `SCORING_BAD_EVIDENCE` for a block with another CID.
 */
export function readBucket(cid: CidString, block: Uint8Array): OpenedBucket {
  if (blockCid(block, 'dag-cbor') !== cid) {
    throw evidenceError(`bucket ${cid}: the block that was fetched has another hash`)
  }
  try {
    return openBucket(block)
  } catch {
    return new Map()
  }
}
