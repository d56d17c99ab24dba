// A node of somebody else: plain libp2p and Helia, none of our code. What it can fetch, any IPFS node can.
import { withBitswap } from '@helia/bitswap'
import * as dagCbor from '@ipld/dag-cbor'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createHeliaLight } from 'helia'
import { createLibp2p } from 'libp2p'
import { CID } from 'multiformats/cid'
import { sha256 } from 'multiformats/hashes/sha2'

/** The mixin that gives Helia a libp2p node; bitswap looks it up under this name. */
function attach(helia, libp2p) {
  Object.defineProperty(helia, 'libp2p', { value: libp2p, enumerable: true })
  helia.addMixin({ name: 'libp2p', start: () => libp2p.start(), stop: () => libp2p.stop() })
  return helia
}

/**
 * Dials the addresses, fetches one dag-cbor block over bitswap, and returns its value.
 *
 * @param {{ addresses: string[], cid: string, timeoutMs: number }} init
 */
export async function fetchFromStranger({ addresses, cid, timeoutMs }) {
  const signal = AbortSignal.timeout(timeoutMs)
  const libp2p = await createLibp2p({
    start: false,
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() }
  })
  const helia = withBitswap(attach(createHeliaLight({ codecs: [dagCbor] }), libp2p))
  await helia.start()
  try {
    await libp2p.dial(
      addresses.map((address) => multiaddr(address)),
      { signal }
    )
    const wanted = CID.parse(cid)
    const bytes = await collect(helia.blockstore.get(wanted, { signal }))
    const digest = await sha256.digest(bytes)
    if (!wanted.equals(CID.createV1(wanted.code, digest))) {
      throw new Error(`the block does not hash to ${cid}`)
    }
    return dagCbor.decode(bytes)
  } finally {
    await helia.stop()
  }
}

/** Blockstores answer with a promise of bytes or with a stream of them, depending on their version. */
async function collect(answer) {
  const value = await answer
  if (value instanceof Uint8Array) {
    return value
  }
  const chunks = []
  for await (const chunk of value) {
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
