import type { Command } from 'commander'
import { type ConnectOptions, withConnectOptions } from '../connect-options.js'

export function fetchCommand(program: Command): void {
  withConnectOptions(
    program
      .command('fetch')
      .description('fetch a block (a transcript, a report) by its CID and write it to stdout')
      .argument('<cid>')
  ).action(async (cid: string, options: ConnectOptions) => (await import('../actions/fetch.js')).fetchBlock(cid, options))
}
