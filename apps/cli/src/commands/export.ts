import type { Command } from 'commander'
import type { ExportOptions } from '../actions/export.js'
import { withConnectOptions } from '../connect-options.js'
import { wholeNumber } from '../options.js'

export function exportCommand(program: Command): void {
  const group = program.command('export').description('write what the network has committed to a file')
  withConnectOptions(
    group
      .command('epoch')
      .description('everything that it takes to verify an epoch without a network, as one CAR')
      .argument('<n>', 'number of the epoch', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .requiredOption('--car <file>', 'the file to write')
      .option('--json', 'one JSON object on stdout')
  ).action(async (epoch: number, options: ExportOptions) => (await import('../actions/export.js')).exportEpoch(epoch, options))
}
