import type { Chain, CidString, Clock, ContentStore, EpochNumber, Signer, TaskId, TaskReceipt } from '@cortensor/interface'
import { resultLeaf, resultsTree } from '@cortensor/proofs'
import {
  loadReportRoot,
  loadSection,
  MAX_REPORT_BLOCK_BYTES,
  MAX_TRANSCRIPT_BYTES,
  type Receipt,
  type ReportedResult,
  sealReceipt
} from '@cortensor/protocols'
import { LruMap } from '@cortensor/utils'

export interface ReceiptFilesInit {
  chain: Chain
  store: ContentStore
  signer: Signer
  clock: Clock
}

export interface ReceiptFiles {
  /** Null while no committed report holds the task. A key stands in the file when it is in the receipt. Throws what the chain and the store throw. */
  create(receipt: TaskReceipt): Promise<Uint8Array | null>
}

type EpochProof = Pick<Receipt, 'commit' | 'committee' | 'attestations'> & {
  results: readonly ReportedResult[]
  proof: ReturnType<typeof resultsTree>['proof']
}

/** A client asks for the receipts of the last minutes; an epoch of 10,000 results holds 3 MB here. */
const CACHED_EPOCHS = 4

/** Longest wait for a block that somebody else holds, in ms. */
const FETCH_MS = 5_000

/** Makes the files of receipts on demand: everything in them is on the chain, in the report or in the transcript. */
export function createReceiptFiles({ chain, clock, signer, store }: ReceiptFilesInit): ReceiptFiles {
  const epochs = new LruMap<string, EpochProof>(CACHED_EPOCHS)

  const get = async (cid: CidString, providers: Receipt['committee']['members'][number]['nodeId'][], maxBytes: number) => {
    const limit = new AbortController()
    const cancel = clock.after(FETCH_MS, () => limit.abort(new DOMException('Nobody served the block', 'TimeoutError')))
    try {
      return await store.get(cid, { providers, maxBytes, signal: limit.signal })
    } finally {
      cancel()
    }
  }

  /** The chain is asked every time: a reorganisation may have put another commit in the place. */
  const epochProof = async (epoch: EpochNumber): Promise<EpochProof | null> => {
    const attested = await chain.attestations(epoch)
    if (attested === null) {
      return null
    }
    const { attestations, commit } = attested
    const key = `${commit.digest}/${commit.transactionHash}`
    const known = epochs.get(key)
    if (known !== undefined) {
      return known
    }
    const { attestations: needed, faults, members } = attested.committee
    const providers = members.map(({ nodeId }) => nodeId)
    const fetch = (cid: CidString): Promise<Uint8Array> => get(cid, providers, MAX_REPORT_BLOCK_BYTES)
    const root = await loadReportRoot(commit.reportCid, fetch)
    const [results, outcomes] = [await loadSection(root, 'results', fetch), await loadSection(root, 'outcomes', fetch)]
    const { config, prev, reportCid, resultsRoot, rewardsRoot, totals, transactionHash, view } = commit
    const proof: EpochProof = {
      commit: {
        ...{ epoch, prev, resultsRoot, rewardsRoot, reportCid, totals, config, view, transactionHash },
        blockNumber: commit.block.number
      },
      committee: { members, faults, attestations: needed },
      attestations,
      results,
      proof: resultsTree(results, outcomes).proof
    }
    epochs.set(key, proof)
    return proof
  }

  const transcriptOf = async ({ cid, miner }: TaskReceipt): Promise<Uint8Array | null> => {
    try {
      return await get(cid, [miner], MAX_TRANSCRIPT_BYTES)
    } catch {
      // The miner is gone. What the chain holds can be shown without it.
      return null
    }
  }

  return {
    async create(receipt) {
      const epoch = receipt.epoch === null ? null : await epochProof(receipt.epoch)
      const isOwn = ({ miner, taskId }: { taskId: TaskId; miner: string }): boolean =>
        taskId === receipt.taskId && miner === receipt.miner
      const result = epoch?.results.find(isOwn)
      const inclusion = result === undefined ? null : (epoch?.proof(resultLeaf(result)) ?? null)
      if (epoch === null || result === undefined || inclusion === null) {
        return null
      }
      const { attestations, commit, committee } = epoch
      const transcript = await transcriptOf(receipt)
      return sealReceipt(
        {
          chainId: chain.chainId(),
          committeeAddress: chain.deployment().committee,
          result,
          inclusion,
          commit,
          committee,
          attestations,
          transcript,
          key: transcript === null ? null : receipt.key
        },
        signer
      )
    }
  }
}
