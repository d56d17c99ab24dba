import { type NetworkParams, type NetworkParamsOverrides, resolveParams } from '@cortensor/config'
import type {
  Address,
  AttestedEpoch,
  CidString,
  CommittedView,
  EpochCommit,
  EpochNumber,
  Hex32,
  NodeId,
  UnixMs
} from '@cortensor/interface'
import { isCortensorError } from '@cortensor/interface'
import { RECORD_EPOCHS } from '@cortensor/protocols'
import { bytesToHex, bytesToUtf8, hexToBytes, utf8ToBytes } from '@cortensor/utils'
import { z } from 'zod'
import { nodeError } from '../errors.js'

/** What the chain says about an epoch, as far as its verification needs it. */
export interface EpochFacts {
  chainId: number
  registry: Address
  /** The contract that attestations are for. */
  committeeAddress: Address
  genesisMs: UnixMs
  attested: AttestedEpoch
  /** The epoch before; null for the first. */
  previous: EpochCommit | null
  /** Of the epochs that decide who led; empty when none do. */
  views: CommittedView[]
  params: NetworkParams
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^0x[0-9a-f]{${2 * bytes}}$`))
const count = z.int().min(0)
const amount = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt)
const cid = z
  .string()
  .max(64)
  .transform((text) => text as CidString)
const hex32 = hex(32).transform((text) => text as Hex32)
const address = hex(20).transform((text) => text as Address)

const commit = {
  epoch: count.transform((epoch) => epoch as EpochNumber),
  prev: hex32,
  resultsRoot: hex32,
  rewardsRoot: hex32,
  reportCid: cid,
  totals: z.strictObject({ results: count, rewards: amount })
}
const schema = z.strictObject({
  version: z.literal(1),
  chainId: count,
  registry: address,
  committeeAddress: address,
  genesisMs: count,
  attested: z.strictObject({
    commit: z.strictObject({
      ...commit,
      digest: hex32,
      config: hex32,
      view: count,
      block: z.strictObject({ number: count, hash: hex32, timestampMs: count }),
      transactionHash: hex32
    }),
    committee: z.strictObject({
      config: hex32,
      members: z
        .array(
          z.strictObject({
            operator: address,
            nodeId: z
              .string()
              .max(64)
              .transform((text) => text as NodeId)
          })
        )
        .max(64),
      faults: count,
      attestations: z.int().min(1)
    }),
    attestations: z
      .array(
        z.strictObject({
          index: count,
          signature: z
            .string()
            .regex(/^[0-9a-f]{128}$/)
            .transform(hexToBytes)
        })
      )
      .max(64)
  }),
  previous: z.strictObject(commit).nullable(),
  views: z.array(z.strictObject({ epoch: commit.epoch, config: hex32, view: count })).max(RECORD_EPOCHS),
  params: z.record(z.string(), z.unknown())
})

/** Numbers that JSON has no form for become text, bytes hex. */
const replacer = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') {
    return value.toString()
  }
  return value instanceof Uint8Array ? bytesToHex(value) : value
}

export function encodeFacts(facts: EpochFacts): Uint8Array {
  const { epoch, prev, resultsRoot, rewardsRoot, reportCid, totals } = facts.previous ?? facts.attested.commit
  const previous = facts.previous === null ? null : { epoch, prev, resultsRoot, rewardsRoot, reportCid, totals }
  return utf8ToBytes(JSON.stringify({ version: 1, ...facts, previous }, replacer))
}

/** Throws `NODE_ARCHIVE_INVALID`. */
export function decodeFacts(bytes: Uint8Array): EpochFacts {
  try {
    const { params, version: _version, ...facts } = schema.parse(JSON.parse(bytesToUtf8(bytes)))
    return { ...facts, params: resolveParams('public', params as NetworkParamsOverrides) }
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`
        : isCortensorError(error)
          ? error.message
          : 'it is no JSON'
    throw nodeError('NODE_ARCHIVE_INVALID', `What the file says about the chain does not have its form (${reason})`, {
      cause: error
    })
  }
}
