import type { PresetName } from '@cortensor/config'
import { type Command, Option } from 'commander'
import { address, collect, DEFAULT_DATA_DIR } from './options.js'

/** How a command finds its network. */
export interface ConnectOptions {
  dataDir?: string
  config?: string
  rpc?: string[]
  registry?: string
  bootstrap?: string[]
  preset?: PresetName
}

/** Whether a chain is named: where a file can be checked alone, it is held against no other. */
export const namesChain = ({ config, dataDir, rpc }: ConnectOptions): boolean =>
  config !== undefined || dataDir !== undefined || rpc !== undefined

/** Adds the options that say which network is meant. */
export function withConnectOptions(command: Command): Command {
  return command
    .option('--data-dir <dir>', `folder of a running local swarm (default: ${DEFAULT_DATA_DIR})`)
    .option('--config <file>', "a node's configuration file, instead of a swarm")
    .option('--rpc <url>', 'RPC of the chain, instead of a swarm; may come several times', collect)
    .option('--registry <address>', 'the registry contract, with --rpc', address)
    .option('--bootstrap <multiaddr>', 'a node that is up, with --rpc; may come several times', collect)
    .addOption(
      new Option('--preset <name>', 'parameters of the network, with --rpc; for others use --config')
        .choices(['public', 'swarm'])
        .default('public')
    )
}
