import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Address, Deployment } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { z } from 'zod'
import { nodeError } from '../errors.js'

const address = z.string().regex(/^0x[0-9a-f]{40}$/)
const common = { version: z.literal(1), chainId: z.int().min(1), deployer: address, fromBlock: z.int().min(0) }
const finished = z.strictObject({
  ...common,
  registry: address,
  token: address,
  committee: address,
  distributor: address,
  sessions: address,
  genesisMs: z.int().min(0)
})
/** What a deployment that stopped half way goes on from. */
const begun = z.strictObject({ ...common, nonce: z.int().min(0), fingerprint: z.string().regex(/^[0-9a-f]{64}$/) })

/** Where the contracts of a network are: the file that a deployment writes, one a chain. */
export type DeploymentFile = z.output<typeof finished>
export type BegunDeployment = z.output<typeof begun>

export const deploymentFile = (folder: string, chainId: number): string => join(folder, `${chainId}.json`)
export const begunFile = (folder: string, chainId: number): string => join(folder, `${chainId}.begun.json`)

function read<T>(file: string, schema: z.ZodType<T>): T | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null
    }
    throw nodeError('NODE_CONFIG_MISSING', `${file} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw nodeError('NODE_CONFIG_INVALID', `${file} is not valid JSON: ${errorMessage(error)}`, { cause: error })
  }
  const result = schema.safeParse(value)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw nodeError('NODE_CONFIG_INVALID', `${file}, ${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'invalid'}`)
  }
  return result.data
}

function write(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { flush: true })
  renameSync(`${file}.new`, file)
}

/** Null when there is none. Throws `NODE_CONFIG_INVALID` or `NODE_CONFIG_MISSING`. */
export const readDeploymentFile = (folder: string, chainId: number): DeploymentFile | null =>
  read(deploymentFile(folder, chainId), finished)

/** Null when no deployment stopped half way. Errors as those of `readDeploymentFile`. */
export const readBegun = (folder: string, chainId: number): BegunDeployment | null => read(begunFile(folder, chainId), begun)

export const writeBegun = (folder: string, value: BegunDeployment): void => write(begunFile(folder, value.chainId), value)

/** Writes the addresses, and forgets that the deployment was under way. */
export function writeDeploymentFile(folder: string, chainId: number, deployer: Address, found: Deployment): DeploymentFile {
  const { registry, token, committee, distributor, sessions, fromBlock, genesisMs } = found
  const value: DeploymentFile = {
    ...{ version: 1, chainId, deployer, fromBlock, genesisMs },
    ...{ registry, token, committee, distributor, sessions }
  }
  write(deploymentFile(folder, chainId), value)
  rmSync(begunFile(folder, chainId), { force: true })
  return value
}
