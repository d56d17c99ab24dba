import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDevChain, type DevChain } from '@cortensor/chain/dev'
import type { Address, Logger } from '@cortensor/interface'
import { errorMessage } from '@cortensor/interface'
import { stopAll } from '@cortensor/utils'
import { parse } from 'yaml'
import { z } from 'zod'
import { makeDataDir, openExclusively } from '../data-dir.js'
import { nodeError } from '../errors.js'
import { seededIdentity } from '../identity/identity.js'
import { openConsumerSession } from './consumer.js'

const schema = z.strictObject({
  /** A node's keys follow from it and the node's name. */
  seed: z.string().min(1).max(256),
  nodes: z
    .array(z.strictObject({ name: z.string().regex(/^[a-z0-9-]{1,63}$/), role: z.enum(['miner', 'oracle', 'router']) }))
    .min(3)
    .max(10_000)
})

/** A network of nodes whose keys follow from one seed, for a development chain. */
export type DevNetworkFile = z.output<typeof schema>
export type DevNode = DevNetworkFile['nodes'][number]

export interface DevNetworkInit {
  network: DevNetworkFile
  /** Of the chain's state and the consumer's keys. */
  dataDir: string
  /** Where the RPC listens. @default 127.0.0.1 */
  host?: string
  /** @default 0: a free one */
  port?: number
  /** Is there while the network is ready for its nodes. */
  readyFile?: string | undefined
  logger: Logger
}

export interface DevNetworkReady {
  rpcUrl: string
  chainId: number
  registry: Address
  /** Number of the session that pays for what users ask, or null without routers. */
  session: number | null
}

/** What nodes of a development network need to be there before they start. */
export interface DevNetwork {
  start(): Promise<DevNetworkReady>
  stop(): Promise<void>
}

/** Throws `NODE_CONFIG_MISSING` or `NODE_CONFIG_INVALID`. */
export function readDevNetwork(file: string): DevNetworkFile {
  let input: unknown
  try {
    input = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw nodeError('NODE_CONFIG_MISSING', `The network file ${file} cannot be read: ${errorMessage(error)}`, { cause: error })
  }
  const result = schema.safeParse(input)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw nodeError('NODE_CONFIG_INVALID', `${file}, ${issue?.path.join('.') || 'top level'}: ${issue?.message ?? 'invalid'}`)
  }
  return result.data
}

/** A dev chain with the contracts, with the oracles of the file as its committee, coins for everybody, and a session that pays. */
export function createDevNetwork({ dataDir, host, logger, network, port, readyFile }: DevNetworkInit): DevNetwork {
  let chain: DevChain | undefined
  let lock: ReturnType<typeof openExclusively> | undefined
  const forget = (): void => {
    if (readyFile !== undefined) {
      rmSync(readyFile, { force: true })
    }
  }
  const bringUp = async (): Promise<DevNetworkReady> => {
    makeDataDir(dataDir)
    lock = openExclusively(dataDir, 'lock')
    await lock.start()
    forget()
    chain = createDevChain({
      ...{ dataDir: join(dataDir, 'chain'), logger },
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port })
    })
    await chain.start()
    const signers = network.nodes.map(({ name, role }) => ({ role, ...seededIdentity(`${network.seed}/${name}`).signer }))
    const of = (wanted: DevNode['role']) => signers.filter(({ role }) => role === wanted)
    const { registry } = await chain.deploy({ members: of('oracle').map(({ nodeId, operator }) => ({ nodeId, operator })) })
    for (const { operator } of signers) {
      await chain.fundAccount(operator)
    }
    const routers = of('router').map(({ nodeId }) => nodeId)
    const session =
      routers.length === 0
        ? null
        : await openConsumerSession({
            ...{ dev: chain, registry, routers, logger },
            ...{ dataDir: join(dataDir, 'consumer'), seed: `${network.seed}/consumer` }
          })
    const ready = { rpcUrl: chain.rpcUrl, chainId: chain.chainId, registry, session: session?.number ?? null }
    if (readyFile !== undefined) {
      writeFileSync(readyFile, `${JSON.stringify(ready)}\n`)
    }
    return ready
  }
  return {
    async start() {
      try {
        return await bringUp()
      } catch (error) {
        await this.stop().catch(() => {})
        throw error
      }
    },
    async stop() {
      forget()
      await stopAll([lock, chain].filter((part) => part !== undefined))
    }
  }
}
