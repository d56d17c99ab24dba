import { resolve } from 'node:path'
import { createDevNetwork, createLogger, readDevNetwork } from '@cortensor/node'
import { createOutput } from '../output.js'
import { untilStopped } from '../signals.js'

export interface DevChainOptions {
  network: string
  dataDir: string
  host: string
  port: number
  readyFile?: string
  json?: boolean
}

/** Runs the chain of a development network until it is told to stop. */
export async function runDevChain(options: DevChainOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { host, port, readyFile } = options
  const network = createDevNetwork({
    ...{ network: readDevNetwork(options.network), dataDir: resolve(options.dataDir), host, port, readyFile },
    logger: createLogger({ level: 'warn', destination: 'stderr' })
  })
  const stopped = untilStopped(() => output.note('  stopping'))
  const ready = await Promise.race([network.start(), stopped])
  if (ready !== undefined) {
    if (output.json) {
      output.value({ event: 'ready', ...ready })
    }
    output.line(`  chain ${ready.chainId} on ${ready.rpcUrl}, registry ${ready.registry}`)
    await stopped
  }
  await network.stop()
}
