import { join, resolve } from 'node:path'
import type { Address } from '@cortensor/interface'
import { claimRewards, createLogger, loadIdentity, readNodeConfig, readSwarmFile } from '@cortensor/node'
import { bytesToHex } from '@cortensor/utils'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { cliError } from '../errors.js'
import { DEFAULT_DATA_DIR } from '../options.js'
import { createOutput, formatCor } from '../output.js'
import { using } from '../run.js'

export interface ClaimOptions extends ConnectOptions {
  node: string
  json?: boolean
}

/** The folder with the keys that claim and pay the gas. */
function folderOf(options: ClaimOptions): string {
  if (options.config !== undefined) {
    return readNodeConfig(options.config, 'router').dataDir
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

/** Pays out what a node has earned. */
export async function claim(options: ClaimOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const { operatorKey, signer } = loadIdentity(folderOf(options))
  const logger = createLogger({ level: 'error', destination: 'stderr' })
  const { client, params } = connect(options, logger, `0x${bytesToHex(operatorKey)}`)
  const { balance, claimed } = await using(client, async () => {
    const claimed = await claimRewards(client, signer.operator as Address, params.epoch.confirmationDepth + 1)
    return { claimed, balance: (await client.chain.balances(signer.operator)).token }
  })
  if (output.json) {
    output.value({ ...claimed, balance })
  }
  output.line(`Paid ${formatCor(claimed.paid)} to the payout address of ${claimed.operator}, as of epoch ${claimed.epoch}`)
  output.line(`  earned so far ${formatCor(claimed.cumulative)}; the operator now holds ${formatCor(balance)}`)
  output.line(`  transaction   ${claimed.txHash}`)
}
