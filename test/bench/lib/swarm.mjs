import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createLogger, createMetrics, createSwarm } from '@cortensor/node'

export const CLI_ENTRY = fileURLToPath(new URL('../../../apps/cli/bin/cortensor.js', import.meta.url))

/**
 * Runs a local swarm in a folder of its own while `work` uses it. `steps` lists what the start consisted of, in ms each.
 *
 * @param init what differs from four oracles, one router, four miners in this process; `processes` gives every node its own
 */
export async function withSwarm({ processes = false, ...init }, work) {
  const dataDir = mkdtempSync(join(tmpdir(), 'cortensor-bench-'))
  const marks = []
  const swarm = createSwarm(
    { oracles: 4, routers: 1, miners: 4, apiPort: 0, dataDir, cliEntry: processes ? CLI_ENTRY : undefined, ...init },
    {
      logger: createLogger({ level: 'error', destination: 'stderr' }),
      metrics: createMetrics(),
      agent: 'bench',
      onProgress: (name) => marks.push({ name, atMs: performance.now() })
    }
  )
  try {
    const ready = await swarm.start()
    const readyMs = performance.now()
    const steps = marks.map(({ atMs, name }, i) => ({ name, ms: (marks[i + 1]?.atMs ?? readyMs) - atMs }))
    return await work({ ready, steps, dataDir })
  } finally {
    await swarm.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
