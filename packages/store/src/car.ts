import { blockCid, cidFromHash, cidToHash } from '@cortensor/crypto'
import type { CidString, ContentCodec } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { CarBufferReader } from '@ipld/car/buffer-reader'
import { blockLength, createWriter, headerLength } from '@ipld/car/buffer-writer'
import { CID } from 'multiformats/cid'
import { storeError } from './errors.js'
import { MAX_BLOCK_BYTES } from './limits.js'

/** Blocks in one file: CAR, version 1, with one root, https://ipld.io/specs/transport/car/carv1/. */
export interface Car {
  root: CidString
  blocks: ReadonlyMap<CidString, Uint8Array>
}

/** By multicodec codes, https://github.com/multiformats/multicodec/blob/master/table.csv */
const CODECS: ReadonlyMap<number, ContentCodec> = new Map([
  [0x71, 'dag-cbor'],
  [0x55, 'raw']
])
const SHA2_256_CODE = 0x12
const HASH_BYTES = 32

/** Our CIDs are all of one length, and so is a header with one of them; its length takes one byte. */
const HEADER_BYTES = headerLength({ roots: [CID.parse(blockCid(new Uint8Array(), 'raw'))] })

const carError = (message: string, cause?: unknown) =>
  storeError('STORE_INVALID_CAR', message, cause === undefined ? {} : { cause })

function parse(cid: CidString): CID {
  if (cidToHash(cid) === null) {
    throw storeError('STORE_INVALID_CID', `${cid.slice(0, 128)} is not a CIDv1 of a dag-cbor or raw block with SHA-256`)
  }
  return CID.parse(cid)
}

/** Throws `STORE_INVALID_CID` for a CID of another form than our blocks have. */
export function writeCar({ blocks, root }: Car): Uint8Array {
  const roots = [parse(root)]
  const parsed = [...blocks].map(([cid, bytes]) => ({ cid: parse(cid), bytes }))
  const headerSize = headerLength({ roots })
  const length = parsed.reduce((sum, block) => sum + blockLength(block), headerSize)
  const writer = createWriter(new ArrayBuffer(length), { roots, headerSize })
  for (const block of parsed) {
    writer.write(block)
  }
  return writer.close()
}

/** Every block has the hash that its CID says. Throws `STORE_INVALID_CAR` and names the first thing that does not fit. */
export function readCar(bytes: Uint8Array): Car {
  // Nothing is parsed of a header that only claims to be one.
  if (bytes[0] !== HEADER_BYTES - 1) {
    throw carError('The file is no CAR of version 1 with one root')
  }
  let reader: CarBufferReader
  try {
    reader = CarBufferReader.fromBytes(bytes)
  } catch (error) {
    throw carError(`The file is cut off, or no CAR of version 1 (${errorMessage(error)})`, error)
  }
  const [root, ...others] = reader.getRoots()
  if (reader.version !== 1 || root === undefined || others.length > 0) {
    throw carError('The file is no CAR of version 1 with one root')
  }
  const blocks = new Map<CidString, Uint8Array>()
  for (const { bytes: block, cid } of reader.blocks()) {
    const name = nameOf(cid)
    if (block.byteLength > MAX_BLOCK_BYTES) {
      throw carError(`Block ${name} has ${block.byteLength} bytes; at most ${MAX_BLOCK_BYTES} are allowed`)
    }
    if (blockCid(block, CODECS.get(cid.code) ?? 'raw') !== name) {
      throw carError(`Block ${name} does not have the hash that its CID says`)
    }
    if (blocks.has(name)) {
      throw carError(`Block ${name} comes twice`)
    }
    blocks.set(name, block)
  }
  return { root: nameOf(root), blocks }
}

function nameOf(cid: CID): CidString {
  const codec = CODECS.get(cid.code)
  const { code, digest } = cid.multihash
  if (cid.version !== 1 || codec === undefined || code !== SHA2_256_CODE || digest.byteLength !== HASH_BYTES) {
    throw carError(`${String(cid).slice(0, 128)} is no CID of a dag-cbor or raw block with SHA-256`)
  }
  return cidFromHash(digest, codec)
}
