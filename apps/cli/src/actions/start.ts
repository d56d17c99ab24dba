import type { Role } from '@cortensor/interface'
import { createLogger, createMetrics, createNode, loadIdentity, type ReadyEvent, readNodeConfig } from '@cortensor/node'
import { createOutput } from '../output.js'
import { untilStopped } from '../signals.js'
import { AGENT } from '../version.js'

export interface StartOptions {
  role?: Role
  config: string
  announce?: string[]
  seed?: string
  json?: boolean
}

/** Runs one node until it is told to stop. */
export async function startNode(options: StartOptions): Promise<void> {
  const read = readNodeConfig(options.config, options.role)
  const { announce = read.network.announce } = options
  const config = { ...read, network: { ...read.network, announce } }
  if (options.seed !== undefined) {
    // Only a folder without keys gets them from a seed.
    loadIdentity(config.dataDir, options.seed)
  }
  const output = createOutput(options.json === true)
  const logger = createLogger({ level: config.logLevel, destination: 'stderr' })
  const onEvent = (event: unknown): void => (output.json ? output.value(event) : logger.info('event', { ...(event as object) }))
  const node = createNode(config, { logger, metrics: createMetrics(), agent: AGENT, onEvent })
  const stopped = untilStopped(() => output.note('  stopping'))
  const outcome = await Promise.race([node.start().then(() => 'started' as const), stopped])
  if (outcome === 'started') {
    const facts = {
      nodeId: node.nodeId,
      operator: node.operator,
      multiaddrs: node.multiaddrs(),
      apiUrl: node.apiUrl(),
      networkId: node.networkId
    }
    const ready: ReadyEvent = { event: 'ready', ...facts }
    if (output.json) {
      output.value(ready)
    } else {
      output.line(`  ${config.role} ${facts.nodeId} is up on ${facts.multiaddrs.join(', ')}`)
      output.line(`  operator ${facts.operator}${facts.apiUrl === null ? '' : `, API ${facts.apiUrl}/v1`}`)
    }
    await stopped
  }
  await node.stop()
}
