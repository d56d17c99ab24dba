import type { Command } from 'commander'
import type { FetchOptions } from '../actions/fetch.js'
import { withConnectOptions } from '../connect-options.js'
import { transcriptKey } from '../options.js'

export function fetchCommand(program: Command): void {
  withConnectOptions(
    program
      .command('fetch')
      .description('fetch a block by its CID: a transcript is shown as text, everything else is written to stdout as it is')
      .argument('<cid>')
      .option('--key <hex>', 'opens the transcript of a private task: "key" of GET /v1/receipts/{id}', transcriptKey)
      .option('--raw', 'a transcript as it is, too')
      .option('--json', 'a transcript as one JSON object')
  ).action(async (cid: string, options: FetchOptions) => (await import('../actions/fetch.js')).fetchBlock(cid, options))
}
