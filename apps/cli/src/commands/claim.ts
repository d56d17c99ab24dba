import { join, resolve } from 'node:path'
import type { Address } from '@cortensor/interface'
import { claimRewards, createLogger, loadIdentity, readNodeConfig, readSwarmFile } from '@cortensor/node'
import { bytesToHex } from '@cortensor/utils'
import type { Command } from 'commander'
import { type ConnectOptions, connect, withConnectOptions } from '../connect.js'
import { cliError } from '../errors.js'
import { DEFAULT_DATA_DIR } from '../options.js'
import { createOutput, formatCor } from '../output.js'
import { using } from '../run.js'

interface ClaimOptions extends ConnectOptions {
  node: string
  json?: boolean
}

/** The folder with the keys that claim and pay the gas. */
function folderOf(options: ClaimOptions): string {
  if (options.config !== undefined) {
    return readNodeConfig(options.config).dataDir
  }
  if (options.rpc !== undefined) {
    throw cliError('CLI_NO_NETWORK', 'Claiming needs the keys of a node: say --config FILE, or use a local swarm')
  }
  const dataDir = options.dataDir ?? DEFAULT_DATA_DIR
  const names = readSwarmFile(dataDir).nodes.map((node) => node.name)
  if (!names.includes(options.node)) {
    throw cliError('CLI_BAD_OPTION', `The swarm has no node ${options.node}; it has ${names.join(', ')}`)
  }
  return join(resolve(dataDir), options.node)
}

export function claimCommand(program: Command): void {
  withConnectOptions(
    program
      .command('claim')
      .description("have a node's rewards paid out on the chain, with the proof from the last report")
      .option('--node <name>', 'node of the local swarm', 'miner-1')
      .option('--json', 'one JSON object on stdout')
  ).action(async (options: ClaimOptions) => {
    const output = createOutput(options.json === true)
    const { operatorKey, signer } = loadIdentity(folderOf(options))
    const logger = createLogger({ level: 'error', destination: 'stderr' })
    const { client } = connect(options, logger, `0x${bytesToHex(operatorKey)}`)
    const { balance, claim } = await using(client, async () => {
      const claim = await claimRewards(client, signer.operator as Address)
      return { claim, balance: (await client.chain.balances(signer.operator)).token }
    })
    if (output.json) {
      output.value({ ...claim, balance })
    }
    output.line(`Paid ${formatCor(claim.paid)} to the payout address of ${claim.operator}, as of epoch ${claim.epoch}`)
    output.line(`  earned so far ${formatCor(claim.cumulative)}; the operator now holds ${formatCor(balance)}`)
    output.line(`  transaction   ${claim.txHash}`)
  })
}
