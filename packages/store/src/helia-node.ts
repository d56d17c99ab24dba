import { withBitswap } from '@helia/bitswap'
import * as dagCbor from '@ipld/dag-cbor'
import type { Libp2p } from '@libp2p/interface'
import { peerIdFromCID } from '@libp2p/peer-id'
import type { LevelBlockstore } from 'blockstore-level'
import type { LevelDatastore } from 'datastore-level'
import { createHeliaLight, type Helia, type Router } from 'helia'
import type { CID } from 'multiformats/cid'
import { withPatientClose } from './patient-close.js'

const ROUTER = 'cortensor-libp2p'

/** Bitswap messages carry blocks of 2 MiB and some bytes around them; other implementations send up to 4 MiB. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024

/** Streams of one peer at a time: a peer needs one for its wants and one for its blocks. */
const MAX_STREAMS = 32

/** Wants remembered of one peer. */
const MAX_WANTLIST = 256

/** The same want within this time is a duplicate, in ms; a longer time would starve a fetch that was aborted and tried again. */
const RESEND_AFTER_MS = 250

/** Some implementations keep one stream open for all their wants; Helia's 10 s would reset it between two of them. */
const IDLE_STREAM_MS = 60_000

export interface HeliaNode {
  helia: Helia
  /** Forgets a block without the lock of `helia.blockstore.delete`, which would wait for every fetch in progress. */
  deleteBlock(cid: CID): Promise<void>
}

/** Helia on a libp2p that somebody else starts and stops; no gateways, no bootstrap nodes, no second node. */
export function createHeliaNode(libp2p: Libp2p, stores?: { blockstore: LevelBlockstore; datastore: LevelDatastore }): HeliaNode {
  const helia = createHeliaLight({ ...stores, codecs: [dagCbor] })
  const withLibp2p = Object.defineProperty(helia, 'libp2p', { value: withPatientClose(libp2p), enumerable: true }) as Parameters<
    typeof withBitswap
  >[0]
  helia.addMixin({
    name: ROUTER,
    start() {
      if (!helia.hasRouter(ROUTER)) {
        helia.addRouter(createRouter(libp2p))
      }
    }
  })
  withBitswap(withLibp2p, {
    maxInboundStreams: MAX_STREAMS,
    maxOutboundStreams: MAX_STREAMS,
    maxIncomingMessageSize: MAX_MESSAGE_BYTES,
    messageReceiveTimeout: IDLE_STREAM_MS,
    maxWantlistSize: MAX_WANTLIST,
    doNotResendBlockWindow: RESEND_AFTER_MS
  })
  const blocks = helia.blockstore as unknown as { unwrap(): { delete(cid: CID): Promise<void> } }
  return { helia, deleteBlock: (cid) => blocks.unwrap().delete(cid) }
}

function createRouter(libp2p: Libp2p): Router {
  return {
    name: ROUTER,
    provide: (cid, options) => libp2p.contentRouting.provide(cid, { signal: options?.signal }),
    cancelReprovide: (cid, options) => libp2p.contentRouting.cancelReprovide(cid, { signal: options?.signal }),
    async *findProviders(cid, options) {
      for await (const { id, multiaddrs } of libp2p.contentRouting.findProviders(cid, { signal: options?.signal })) {
        yield { id: id.toCID(), multiaddrs, router: ROUTER, fallback: false }
      }
    },
    async findPeer(id, options) {
      const peer = await libp2p.peerRouting.findPeer(peerIdFromCID(id as CID), { signal: options?.signal })
      return { id: peer.id.toCID(), multiaddrs: peer.multiaddrs, router: ROUTER }
    }
  }
}
