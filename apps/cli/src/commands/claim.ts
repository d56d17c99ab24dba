import type { Command } from 'commander'
import type { ClaimOptions } from '../actions/claim.js'
import { withConnectOptions } from '../connect-options.js'

export function claimCommand(program: Command): void {
  withConnectOptions(
    program
      .command('claim')
      .description("have a node's rewards paid out on the chain, with the proof from the last report")
      .option('--node <name>', 'node of the local swarm', 'miner-1')
      .option('--json', 'one JSON object on stdout')
  ).action(async (options: ClaimOptions) => (await import('../actions/claim.js')).claim(options))
}
