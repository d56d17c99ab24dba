import { cidToHash } from '@cortensor/crypto'
import type { CidString } from '@cortensor/interface'
import { createLogger } from '@cortensor/node'
import type { Command } from 'commander'
import { type ConnectOptions, connect, withConnectOptions } from '../connect.js'
import { cliError } from '../errors.js'
import { using } from '../run.js'

/** The largest block of the network is a report. */
const MAX_BYTES = 2 * 1024 * 1024

export function fetchCommand(program: Command): void {
  withConnectOptions(
    program
      .command('fetch')
      .description('fetch a block (a transcript, a report) by its CID and write it to stdout')
      .argument('<cid>')
  ).action(async (cid: string, options: ConnectOptions) => {
    if (cidToHash(cid) === null) {
      throw cliError('CLI_BAD_OPTION', `${cid} is not a CID of this network (CIDv1, dag-cbor or raw, SHA-256)`)
    }
    const { client } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
    const block = await using(client, () => client.fetch(cid as CidString, { maxBytes: MAX_BYTES }))
    process.stdout.write(block)
  })
}
