import { blockCid } from '@cortensor/crypto'
import type { CidString, EpochNumber, Hex32, Verifier } from '@cortensor/interface'
import { errorMessage, isCortensorError } from '@cortensor/interface'
import { type Anchor, type FetchBlock, loadReport } from '@cortensor/protocols'
import { readCar, writeCar } from '@cortensor/store'
import { nodeError } from '../errors.js'
import { decodeFacts, encodeFacts } from './epoch-facts.js'
import { type EpochSource, type EpochVerification, openEpoch, type VerifyEpochInit, verifySource } from './verify-epoch.js'

/** Two reports of 64 MiB, and 31 oracles' 64 buckets that nobody shares would be more; an epoch of 10,000 results takes some 20 MB. */
export const MAX_ARCHIVE_BYTES = 536_870_912

/**
 * Everything that the verification of an epoch reads, as one CAR: what the chain says, the report, the report before it, and the buckets.
 * An epoch that does not verify is archived too: the file shows why.
 */
export async function archiveEpoch(init: VerifyEpochInit): Promise<Uint8Array> {
  const source = await openEpoch(init)
  const blocks = new Map<CidString, Uint8Array>()
  const fetch: FetchBlock = async (cid) => {
    const block = blocks.get(cid) ?? (await source.fetch(cid))
    blocks.set(cid, block)
    return block
  }
  await verifySource({ ...source, fetch }, init.client.verifier)
  await loadReport(source.facts.attested.commit.reportCid, fetch)
  const facts = encodeFacts(source.facts)
  const root = blockCid(facts, 'raw')
  return writeCar({ root, blocks: new Map([[root, facts], ...blocks]) })
}

export interface VerifyArchiveInit {
  /** The file. */
  bytes: Uint8Array
  epoch: EpochNumber
  /** What the chain holds for the epoch, from elsewhere. @default not compared */
  digest?: Hex32 | undefined
  verifier: Verifier
}

export interface ArchiveVerification extends EpochVerification {
  /** What a file alone cannot show. */
  unchecked: string[]
}

/**
 * Derives an epoch again from nothing but a file. Throws `NODE_ARCHIVE_INVALID` when there is no epoch in it to speak of, and
 * `STORE_INVALID_CAR`.
 */
export async function verifyArchive({ bytes, digest, epoch, verifier }: VerifyArchiveInit): Promise<ArchiveVerification> {
  const { blocks, root } = readCar(bytes)
  const unread = new Set(blocks.keys())
  const fetch: FetchBlock = async (cid) => {
    const block = blocks.get(cid)
    if (block === undefined) {
      throw nodeError('NODE_ARCHIVE_INVALID', `block ${cid} is not in the file`)
    }
    unread.delete(cid)
    return block
  }
  const facts = decodeFacts(await fetch(root))
  const { commit } = facts.attested
  if (commit.epoch !== epoch) {
    throw nodeError('NODE_ARCHIVE_INVALID', `The file holds epoch ${commit.epoch}, not ${epoch}`)
  }
  // The registry as of the anchor is what the report says it is: the attested CID covers it.
  const anchorAt = async (): Promise<Anchor> => (await loadReport(commit.reportCid, fetch)).anchor
  const source: EpochSource = { facts, fetch, anchorAt }
  const checked = await verifySource(source, verifier).catch((error: unknown) => refusal(source, error))
  const reason = checked.reason ?? (await moreFaults(source, unread)) ?? otherDigest(commit.digest, digest)
  const unchecked = [
    ...(digest === undefined ? [`that the chain holds the digest ${commit.digest} for epoch ${epoch}`] : []),
    `that committee ${commit.config} is the one that the chain has for this epoch`,
    "that the chain's registry was as the report's anchor says",
    "that the parameters in the file are the network's"
  ]
  return { ...checked, valid: reason === null, reason, unchecked }
}

/** A block that is missing or has no form is the first thing that does not fit. */
async function refusal({ facts }: EpochSource, error: unknown): Promise<EpochVerification> {
  if (!isCortensorError(error) || !/^(NODE|WIRE|SCORING)_/.test(error.code)) {
    throw error
  }
  const { commit } = facts.attested
  return {
    epoch: commit.epoch,
    valid: false,
    reason: errorMessage(error),
    view: commit.view,
    leader: '' as EpochVerification['leader'],
    reportCid: commit.reportCid,
    txHash: commit.transactionHash,
    digest: commit.digest,
    resultsRoot: commit.resultsRoot,
    rewardsRoot: commit.rewardsRoot,
    results: 0,
    outcomes: 0,
    slashings: 0,
    rewards: '0',
    attesters: []
  }
}

async function moreFaults({ facts, fetch }: EpochSource, unread: ReadonlySet<CidString>): Promise<string | null> {
  try {
    await loadReport(facts.attested.commit.reportCid, fetch)
  } catch (error) {
    return errorMessage(error)
  }
  const [first] = unread
  return first === undefined ? null : `block ${first} belongs to nothing in the file`
}

const otherDigest = (archived: Hex32, held: Hex32 | undefined): string | null =>
  held === undefined || held === archived ? null : `the file is of digest ${archived}, the chain is said to hold ${held}`
