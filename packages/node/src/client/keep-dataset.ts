import { join } from 'node:path'
import { blockCid, generateEd25519Seed } from '@cortensor/crypto'
import type { CidString, Logger } from '@cortensor/interface'
import { createLibp2pNetwork } from '@cortensor/network'
import { networkIdOf } from '@cortensor/protocols'
import { createHeliaStore, readCar } from '@cortensor/store'
import { stopAll } from '@cortensor/utils'
import { withStoppedNode } from '../data-dir.js'
import { openDataset } from './verify-dataset.js'

export interface KeepDatasetInit {
  /** The file. */
  bytes: Uint8Array
  /** Folder of a node that does not run. */
  dataDir: string
  logger: Logger
}

export interface KeptDataset {
  root: CidString
  blocks: number
}

/**
 * Pins a dataset's blocks in the store of a stopped node, which hands them to whoever asks for their CIDs from its next start on. Throws
 * `NODE_DATA_DIR_LOCKED`, `NODE_DATA_DIR_UNUSABLE`, and what `readDataset` throws.
 */
export async function keepDataset({ bytes, dataDir, logger }: KeepDatasetInit): Promise<KeptDataset> {
  const { manifest, root } = await openDataset(bytes)
  const { blocks } = readCar(bytes)
  const networkId = networkIdOf(manifest.chainId, manifest.registry)
  return withStoppedNode(dataDir, async () => {
    // The store works on a libp2p node; this one talks to nobody.
    const network = createLibp2pNetwork({ seed: generateEd25519Seed(), networkId, topics: [], localNetwork: true, logger })
    const store = createHeliaStore({ network, networkId, dir: join(dataDir, 'blocks'), logger })
    try {
      await network.start()
      await store.start()
      for (const [cid, block] of blocks) {
        await store.put(block, blockCid(block, 'raw') === cid ? 'raw' : 'dag-cbor')
      }
      return { root, blocks: blocks.size }
    } finally {
      await stopAll([network, store])
    }
  })
}
