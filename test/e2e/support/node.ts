import { startJsonProcess } from '../../../tools/lib/json-process.mjs'
import { CLI, ROOT } from './cortensor.js'
import { READY_MS } from './swarm.js'

export interface NodeLine {
  event: 'ready'
  nodeId: string
  operator: string
  multiaddrs: string[]
  apiUrl: string | null
  networkId: string
}

export interface RunningNode {
  ready: NodeLine
  interrupt(timeoutMs: number): Promise<{ end: { code: number } | undefined; left: number[] }>
  kill(): void
}

/** One node of an existing network, as its owner runs it. */
export async function startNode(role: string, configFile: string): Promise<RunningNode> {
  const node = startJsonProcess({
    command: process.execPath,
    args: [CLI, 'start', '--role', role, '--config', configFile, '--json'],
    cwd: ROOT,
    env: { NODE_OPTIONS: '' }
  })
  try {
    const ready = (await node.waitFor('ready line', ({ event }: NodeLine) => event === 'ready', READY_MS)) as NodeLine
    return { ready, interrupt: (timeoutMs) => node.interrupt(timeoutMs) as never, kill: () => node.kill() }
  } catch (error) {
    node.kill()
    throw error
  }
}
