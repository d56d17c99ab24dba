import { blockCid, cidFromHash, cidToHash } from '@cortensor/crypto'
import type { CidString, ContentCodec } from '@cortensor/interface'
import { bytesToHex, concatBytes, equalBytes, hexToBytes } from '@cortensor/utils'
import { storeError } from './errors.js'
import { MAX_BLOCK_BYTES } from './limits.js'

/**
 * CAR, version 1, with one root: https://ipld.io/specs/transport/car/carv1/. Our CIDs are all of one form, so that every part but the blocks
 * has one length and one spelling, and a file is read without anything being allocated that it only claims.
 */
export interface Car {
  root: CidString
  blocks: ReadonlyMap<CidString, Uint8Array>
}

/** The dag-cbor map {roots: [link], version: 1}, before and after the CID of the root. */
const HEADER_START = hexToBytes('a265726f6f747381d82a582500')
const HEADER_END = hexToBytes('6776657273696f6e01')

/** The bytes of our CIDs before their hash: version 1, codec, SHA-256, 32 bytes. */
const CID_START: Readonly<Record<ContentCodec, string>> = { 'dag-cbor': '01711220', raw: '01551220' }
const CID_BYTES = 36

/** Seven bits a byte: four of them are more than any part can have. */
const MAX_VARINT_BYTES = 4

const carError = (message: string) => storeError('STORE_INVALID_CAR', message)

function cidBytes(cid: CidString): Uint8Array {
  const hash = cidToHash(cid)
  const codec = (['dag-cbor', 'raw'] as const).find((name) => hash !== null && cidFromHash(hash, name) === cid)
  if (hash === null || codec === undefined) {
    throw storeError('STORE_INVALID_CID', `${cid.slice(0, 128)} is not a CIDv1 of a dag-cbor or raw block with SHA-256`)
  }
  return concatBytes(hexToBytes(CID_START[codec]), hash)
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) {
      return Uint8Array.from([...bytes, rest])
    }
    bytes.push((rest & 0x7f) | 0x80)
  }
}

const section = (...parts: Uint8Array[]): Uint8Array => {
  const content = concatBytes(...parts)
  return concatBytes(varint(content.byteLength), content)
}

export function writeCar({ blocks, root }: Car): Uint8Array {
  const header = section(HEADER_START, cidBytes(root), HEADER_END)
  return concatBytes(header, ...[...blocks].map(([cid, block]) => section(cidBytes(cid), block)))
}

/** Throws `STORE_INVALID_CAR` and names the first byte that does not fit. */
export function readCar(bytes: Uint8Array): Car {
  let position = 0
  const take = (length: number, what: string): Uint8Array => {
    if (position + length > bytes.byteLength) {
      throw carError(`The file ends at byte ${bytes.byteLength}, in the middle of ${what}`)
    }
    position += length
    return bytes.subarray(position - length, position)
  }
  const takeVarint = (what: string): number => {
    let value = 0
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = take(1, what)[0] as number
      value |= (byte & 0x7f) << (7 * i)
      if (byte < 0x80 && (byte !== 0 || i === 0)) {
        return value
      }
    }
    throw carError(`The length of ${what} before byte ${position} is malformed`)
  }
  const takeCid = (what: string): CidString => {
    const start = position
    const cid = take(CID_BYTES, what)
    const codec = (['dag-cbor', 'raw'] as const).find((name) => CID_START[name] === bytesToHex(cid.subarray(0, 4)))
    if (codec === undefined) {
      throw carError(`The CID of ${what} at byte ${start} is not of a dag-cbor or raw block with SHA-256`)
    }
    return cidFromHash(cid.subarray(4), codec)
  }
  const headerBytes = takeVarint('the header')
  const isStart = equalBytes(take(HEADER_START.byteLength, 'the header'), HEADER_START)
  const root = takeCid('the root')
  const isEnd = equalBytes(take(HEADER_END.byteLength, 'the header'), HEADER_END)
  if (!isStart || !isEnd || headerBytes !== HEADER_START.byteLength + CID_BYTES + HEADER_END.byteLength) {
    throw carError('The file is no CAR of version 1 with one root')
  }
  const blocks = new Map<CidString, Uint8Array>()
  while (position < bytes.byteLength) {
    const start = position
    const length = takeVarint('a block') - CID_BYTES
    if (length < 0 || length > MAX_BLOCK_BYTES) {
      throw carError(`The block at byte ${start} has ${length} bytes; at most ${MAX_BLOCK_BYTES} are allowed`)
    }
    const cid = takeCid('a block')
    const block = take(length, `block ${cid}`)
    if (blockCid(block, cidBytes(cid)[1] === 0x71 ? 'dag-cbor' : 'raw') !== cid) {
      throw carError(`Block ${cid} at byte ${start} does not have the hash that its CID says`)
    }
    if (blocks.has(cid)) {
      throw carError(`Block ${cid} comes twice`)
    }
    blocks.set(cid, block)
  }
  return { root, blocks }
}
