import {
  blockCid,
  cidFromHash,
  cidFromHex32,
  cidToHash,
  cidToHex32,
  ed25519FromSeed,
  isNodeId,
  nodeIdToPublicKey,
  nodeIdToPublicKeyOrNull,
  publicKeyToNodeId,
  sha256
} from '@cortensor/crypto'
import type { CidString, NodeId } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import fc from 'fast-check'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import { sha256 as multiformatsSha256 } from 'multiformats/hashes/sha2'
import { describe, expect, it } from 'vitest'

describe('node ids', () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })

  it('are the peer ids of libp2p', async () => {
    await fc.assert(
      fc.asyncProperty(seed, async (bytes) => {
        const id = publicKeyToNodeId(ed25519FromSeed(bytes).publicKey)
        expect(id).toBe(peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', bytes)).toString())
        expect(nodeIdToPublicKey(id)).toEqual(peerIdFromString(id).publicKey?.raw)
        expect(isNodeId(id)).toBe(true)
      }),
      { numRuns: 25 }
    )
  })

  it('are Ed25519 keys only, and nothing else passes', () => {
    const rsa = 'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG'
    const secp256k1 = base58btc.encode(Uint8Array.of(0, 0x25, 8, 2, 0x12, 0x21, ...new Uint8Array(33))).slice(1)
    const id = publicKeyToNodeId(new Uint8Array(32).fill(1))
    for (const text of [rsa, secp256k1, '', id.slice(1), `${id}1`, ` ${id}`, id.toLowerCase(), '1'.repeat(100_000)]) {
      expect(nodeIdToPublicKeyOrNull(text)).toBeNull()
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(isNodeId(text)).toBe(false)
        expect(() => nodeIdToPublicKey(text as NodeId)).toThrow(RangeError)
      })
    )
    expect(() => publicKeyToNodeId(new Uint8Array(33))).toThrow(RangeError)
  })
})

describe('content ids', () => {
  it('have the value that every IPFS tool gives', () => {
    expect(blockCid(utf8ToBytes('hello world'), 'raw')).toBe('bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e')
  })

  it('are those of multiformats, and carry the hash of their block', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (block, isRaw) => {
        const cid = blockCid(block, isRaw ? 'raw' : 'dag-cbor')
        expect(cid).toBe(CID.createV1(isRaw ? 0x55 : 0x71, await multiformatsSha256.digest(block)).toString())
        expect(cidToHash(cid)).toEqual(sha256(block))
        if (!isRaw) {
          expect(cidFromHex32(cidToHex32(cid))).toBe(cid)
        }
      })
    )
  })

  it('have one text form, one version, two codecs and one hash', () => {
    const hash = sha256(utf8ToBytes('x'))
    const cid = cidFromHash(hash)
    const parsed = CID.parse(cid)
    const foreign = [
      'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
      CID.createV1(0x70, parsed.multihash).toString(),
      parsed.toString(base58btc),
      cid.toUpperCase(),
      `${cid} `,
      `/ipfs/${cid}`,
      'b'.repeat(100_000)
    ]
    for (const text of foreign) {
      expect(cidToHash(text)).toBeNull()
      expect(() => cidToHex32(text as CidString)).toThrow(RangeError)
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        expect(cidToHash(text)).toBeNull()
      })
    )
  })
})
