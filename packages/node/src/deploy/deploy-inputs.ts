import { readFileSync } from 'node:fs'
import { nodeIdToPublicKey } from '@cortensor/crypto'
import { type Address, type CommitteeMember, errorMessage, type NodeId } from '@cortensor/interface'
import { parse } from 'yaml'
import { z } from 'zod'
import { nodeError } from '../errors.js'

const isNodeId = (text: string): boolean => {
  try {
    nodeIdToPublicKey(text as NodeId)
    return true
  } catch {
    return false
  }
}

const membersSchema = z
  .array(
    z.strictObject({
      operator: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hex digits'),
      nodeId: z.string().refine(isNodeId, 'must be the node id of an Ed25519 key')
    })
  )
  .min(3, 'a committee has at least 3 members')
  .max(31, 'a committee has at most 31 members')

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw nodeError('NODE_CONFIG_MISSING', `The ${what} file ${file} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
}

/** The oracles in order, from a YAML or JSON list of `operator` and `nodeId`. Throws `NODE_CONFIG_MISSING` or `NODE_CONFIG_INVALID`. */
export function readMembers(file: string): CommitteeMember[] {
  const text = readText(file, 'members')
  let input: unknown
  try {
    input = parse(text)
  } catch (error) {
    throw nodeError('NODE_CONFIG_INVALID', `${file} is not valid YAML: ${errorMessage(error).split('\n')[0]}`, { cause: error })
  }
  const result = membersSchema.safeParse(input)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw nodeError('NODE_CONFIG_INVALID', `${file}, member ${issue?.path.join('.') || 'list'}: ${issue?.message ?? 'invalid'}`)
  }
  const members = result.data.map(({ operator, nodeId }) => ({
    operator: operator.toLowerCase() as Address,
    nodeId: nodeId as NodeId
  }))
  for (const name of ['operator', 'nodeId'] as const) {
    if (new Set(members.map((member) => member[name])).size !== members.length) {
      throw nodeError('NODE_CONFIG_INVALID', `${file}: two members have the same ${name}`)
    }
  }
  return members
}

/** A secp256k1 key of 64 hex digits, with or without 0x, from a file. The text is shown nowhere. */
export function readPrivateKey(file: string): `0x${string}` {
  return toPrivateKey(readText(file, 'key'), file)
}

/** Throws `NODE_CONFIG_INVALID` naming `source`, and nothing of the text. */
export function toPrivateKey(text: string, source: string): `0x${string}` {
  const digits = text.trim().replace(/^0x/, '')
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) {
    throw nodeError('NODE_CONFIG_INVALID', `${source} does not hold a private key of 64 hex digits`)
  }
  return `0x${digits.toLowerCase()}`
}
