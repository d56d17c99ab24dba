import type { EpochNumber, Logger, NodeId } from '@cortensor/interface'
import { createClient, type SwarmReady } from '@cortensor/node'
import { loadReport, MAX_BUCKET_BYTES } from '@cortensor/protocols'
import { simulatorError } from '@cortensor/simulator'

/** Reads what the chain names, from whichever oracle has it. */
export async function openReportReader(ready: SwarmReady, logger: Logger) {
  const oracles = ready.nodes.filter(({ role }) => role === 'oracle')
  const client = createClient({
    ...{ rpcUrls: [ready.chain.rpcUrl], registry: ready.chain.contracts.registry, logger },
    bootstrap: oracles.flatMap(({ multiaddrs }) => multiaddrs)
  })
  await client.start()
  const options = { maxBytes: MAX_BUCKET_BYTES, providers: oracles.map(({ nodeId }) => nodeId as NodeId) }
  return {
    stop: () => client.stop(),
    async read(epoch: number) {
      const commit = await client.chain.commit(epoch as EpochNumber)
      if (commit === null) {
        throw simulatorError('SIM_RUN_INVALID', `The chain has no epoch ${epoch}, of which an oracle has told`)
      }
      return [commit, await loadReport(commit.reportCid, (cid) => client.fetch(cid, options))] as const
    }
  }
}
