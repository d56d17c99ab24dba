import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NetworkParamsOverrides } from '@cortensor/config'
import type { Address } from '@cortensor/interface'
import { nodeError } from '../errors.js'

/** How other commands on this machine find a running swarm. Readable by its owner alone, because it holds a key. */
export interface SwarmFile {
  version: 1
  pid: number
  /** `key` may read the status and nothing else. */
  api: { url: string; key: string }
  chain: { rpcUrl: string; chainId: number; registry: Address }
  networkId: string
  bootstrap: string[]
  params: NetworkParamsOverrides
  /** The consumer's session that pays for the router's tasks; its keys are in the folder `consumer`. */
  session: number
  nodes: { name: string; role: string; nodeId: string; operator: string; multiaddrs: string[] }[]
}

const fileOf = (dataDir: string): string => join(dataDir, 'swarm.json')

export function writeSwarmFile(dataDir: string, content: SwarmFile): void {
  const file = fileOf(dataDir)
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

export function removeSwarmFile(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true })
}

/** Throws `NODE_NO_SWARM` when none runs there. */
export function readSwarmFile(dataDir: string): SwarmFile {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as SwarmFile
  } catch (error) {
    throw nodeError(
      'NODE_NO_SWARM',
      `No swarm runs in ${dataDir}; start one with npm start, or name its folder with --data-dir`,
      { cause: error }
    )
  }
}
