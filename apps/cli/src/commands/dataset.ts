import type { Command } from 'commander'
import type { DatasetExportOptions, DatasetImportOptions } from '../actions/dataset.js'
import { withConnectOptions } from '../connect-options.js'
import { wholeNumber } from '../options.js'

/** Far more than the evidence of a network is kept. */
const MAX_EPOCHS = 10_000

export function datasetCommand(program: Command): void {
  const dataset = program
    .command('dataset')
    .description('what the quiz asked and what was answered, as a file that proves itself')
  withConnectOptions(
    dataset
      .command('export')
      .description('write the rounds of the last epochs: JSON lines, and a CAR with the signed messages behind them')
      .requiredOption('--car <file>', 'the file with rows, reports and signed messages')
      .option('--jsonl <file>', 'the rows alone')
      .option('--epochs <n>', 'how many epochs to go back (default: 20)', wholeNumber(1, MAX_EPOCHS))
      .option('--license <id>', 'SPDX identifier of what the rows may be used under (default: CC0-1.0)')
      .option('--json', 'one JSON object on stdout')
  ).action(async (options: DatasetExportOptions) => (await import('../actions/dataset.js')).exportRows(options))
  dataset
    .command('import')
    .description('read a CAR of `cortensor dataset export`; every block is compared with its CID')
    .argument('<file>', 'the CAR')
    .option('--verify', 'check every signature, and derive every row again; exit code 1 and the first that does not hold')
    .option('--root <cid>', 'with --verify: the CID that the dataset must have')
    .option('--jsonl <file>', 'write the rows there')
    .option('--keep <folder>', 'data folder of a stopped node that keeps the blocks, and hands them out when it runs again')
    .option('--json', 'one JSON object on stdout')
    .action(async (file: string, options: DatasetImportOptions) =>
      (await import('../actions/dataset.js')).importRows(file, options)
    )
}
