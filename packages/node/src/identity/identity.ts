import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createSigner, domainHash, generateEd25519Seed, generateSecp256k1Key } from '@cortensor/crypto'
import type { Signer } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@cortensor/utils'
import { z } from 'zod'
import { nodeError } from '../errors.js'

/** The two private keys of a node. */
export interface Identity {
  /** Ed25519 seed, 32 bytes. */
  nodeSeed: Uint8Array
  /** secp256k1, 32 bytes. */
  operatorKey: Uint8Array
  signer: Signer
}

const key = z.string().regex(/^[0-9a-f]{64}$/)
const schema = z.object({ version: z.literal(1), nodeSeed: key, operatorKey: key })

const identityFile = (dataDir: string): string => join(dataDir, 'identity.json')

function toIdentity(nodeSeed: Uint8Array, operatorKey: Uint8Array): Identity {
  return { nodeSeed, operatorKey, signer: createSigner({ nodeSeed, operatorKey }) }
}

/** Never overwrites: the file is complete on disk before it gets its name. */
function writeNew(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.new`
  const descriptor = openSync(draft, 'w', 0o600)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(draft, file)
}

/**
 * The node's keys from its data folder, made at the first call. The file is readable by its owner alone. Throws
 * `NODE_IDENTITY_UNREADABLE` rather than replace a file that cannot be read, and `NODE_DATA_DIR_UNUSABLE`.
 *
 * @param seed - New keys follow from this text: for reproducible runs on a development chain, worthless as secrets.
 */
export function loadIdentity(dataDir: string, seed?: string): Identity {
  const file = identityFile(dataDir)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw nodeError('NODE_IDENTITY_UNREADABLE', `${file} cannot be read: ${errorMessage(error)}`, { cause: error })
    }
    return createIdentity(file, seed)
  }
  const parsed = schema.safeParse(parseJson(text))
  if (!parsed.success) {
    throw nodeError(
      'NODE_IDENTITY_UNREADABLE',
      `${file} is damaged. Restore it from a backup: its keys own this node's stake and rewards`
    )
  }
  return toIdentity(hexToBytes(parsed.data.nodeSeed), hexToBytes(parsed.data.operatorKey))
}

function createIdentity(file: string, seed: string | undefined): Identity {
  const identity = seed === undefined ? toIdentity(generateEd25519Seed(), generateSecp256k1Key()) : seededIdentity(seed)
  const { nodeSeed, operatorKey } = identity
  try {
    writeNew(file, `${JSON.stringify({ version: 1, nodeSeed: bytesToHex(nodeSeed), operatorKey: bytesToHex(operatorKey) })}\n`)
  } catch (error) {
    throw nodeError('NODE_DATA_DIR_UNUSABLE', `${dirname(file)} cannot be written: ${errorMessage(error)}`, { cause: error })
  }
  return identity
}

/** What {@link loadIdentity} makes of a seed in a new folder. */
export const seededIdentity = (seed: string): Identity => toIdentity(seededKey('node', seed), seededKey('operator', seed))

const seededKey = (kind: string, seed: string): Uint8Array =>
  domainHash('cortensor/seeded-identity/v1', utf8ToBytes(kind), utf8ToBytes(seed))

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
