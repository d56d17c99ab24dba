import type { Command } from 'commander'
import type { DevChainOptions } from '../actions/dev-chain.js'
import { wholeNumber } from '../options.js'

export function devChainCommand(program: Command): void {
  program
    .command('dev-chain')
    .description('a development chain with the contracts of a network, for nodes that run elsewhere')
    .requiredOption('--network <file>', 'seed and nodes, as `cortensor sim export` writes them')
    .requiredOption('--data-dir <dir>', "the chain's state")
    .option('--host <address>', 'where the RPC listens; whoever reaches it owns the chain', '127.0.0.1')
    .option('--port <n>', 'of the RPC; 0 takes any free one', wholeNumber(0, 65_535), 0)
    .option('--ready-file <file>', 'is there while nodes can start')
    .option('--json', 'one JSON line on stdout when it is ready')
    .action(async (options: DevChainOptions) => (await import('../actions/dev-chain.js')).runDevChain(options))
}
