import type { Chain, Equivocation, Hex32, KeyValue, Logger } from '@cortensor/interface'
import { errorMessage, isCortensorError } from '@cortensor/interface'
import { bytesToHex, bytesToUtf8, hexToBytes, utf8ToBytes } from '@cortensor/utils'

/** Rule 11: brings two attestations of one key to the contract, which slashes for them. */
export interface Accuser {
  /** Writes it down; it is sent when it is this oracle's turn. */
  accuse(evidence: Equivocation): Promise<void>
  /** The chain has a new head; sends what is due. */
  onBlock(blockNumber: number): Promise<void>
}

export interface AccuserInit {
  chain: Chain
  keyValue: KeyValue
  logger: Logger
  /** Blocks after which the chain's word is taken as final. */
  confirmationDepth: number
  /** How many members report this evidence first. */
  turnOf: (evidence: Equivocation) => number
}

const PREFIX = 'equivocation/'
/** From one member's turn to the next one's: time for a transaction to get into a block and for the others to see it. */
const BLOCKS_A_TURN = 3
/** One proof a member and instance: more than this is no evidence but a flood. */
const MAX_WAITING = 64

export function createAccuser(init: AccuserInit): Accuser {
  const { chain, keyValue, logger } = init
  /** By key, with the block in which it is due; null before a block was seen. */
  const due = new Map<string, number | null>()
  let isLoaded = false
  let isBusy = false

  const keyOf = ({ config, epoch, index, prev }: Equivocation): string => `${PREFIX}${config}/${epoch}/${prev}/${index}`
  const load = async (): Promise<void> => {
    for await (const { key } of keyValue.list(PREFIX, { limit: MAX_WAITING })) {
      due.set(key, due.get(key) ?? null)
    }
    isLoaded = true
  }
  const forget = async (key: string): Promise<void> => {
    due.delete(key)
    await keyValue.delete(key)
  }
  const report = async (key: string, evidence: Equivocation, blockNumber: number): Promise<void> => {
    try {
      await chain.simulate({ type: 'reportEquivocation', evidence })
      await chain.send({ type: 'reportEquivocation', evidence })
      logger.warn('An oracle that attested twice was reported', {
        epoch: evidence.epoch,
        view: evidence.view,
        member: evidence.index
      })
      await forget(key)
    } catch (error) {
      // Somebody was quicker, or there is no stake left to take: nothing to pay for.
      if (isCortensorError(error) && error.code === 'CHAIN_REVERTED') {
        await forget(key)
        return
      }
      logger.warn('Evidence could not be reported yet', { error: errorMessage(error) })
      due.set(key, blockNumber + BLOCKS_A_TURN)
    }
  }
  const work = async (blockNumber: number): Promise<void> => {
    if (!isLoaded) {
      await load()
    }
    for (const [key, block] of due) {
      const bytes = await keyValue.get(key)
      const evidence = bytes === null ? null : readEvidence(bytes)
      if (evidence === null) {
        await forget(key)
      } else if (block === null) {
        due.set(key, blockNumber + init.confirmationDepth + init.turnOf(evidence) * BLOCKS_A_TURN)
      } else if (block <= blockNumber) {
        await report(key, evidence, blockNumber)
      }
    }
  }
  return {
    async accuse(evidence) {
      const key = keyOf(evidence)
      if (!due.has(key) && due.size < MAX_WAITING) {
        due.set(key, null)
        await keyValue.put(key, writeEvidence(evidence), { sync: true })
      }
    },
    async onBlock(blockNumber) {
      if (isBusy) {
        return
      }
      isBusy = true
      try {
        await work(blockNumber)
      } finally {
        isBusy = false
      }
    }
  }
}

interface Written extends Omit<Equivocation, 'attestations'> {
  attestations: [{ digest: Hex32; signature: string }, { digest: Hex32; signature: string }]
}

function writeEvidence({ attestations, config, epoch, index, prev, view }: Equivocation): Uint8Array {
  const written = attestations.map(({ digest, signature }) => ({ digest, signature: bytesToHex(signature) }))
  return utf8ToBytes(JSON.stringify({ config, epoch, index, prev, view, attestations: written }))
}

/** Null for what is torn. */
function readEvidence(bytes: Uint8Array): Equivocation | null {
  try {
    const { attestations, ...rest } = JSON.parse(bytesToUtf8(bytes)) as Written
    const [one, two] = attestations.map(({ digest, signature }) => ({ digest, signature: hexToBytes(signature) }))
    return one === undefined || two === undefined ? null : { ...rest, attestations: [one, two] }
  } catch {
    return null
  }
}
