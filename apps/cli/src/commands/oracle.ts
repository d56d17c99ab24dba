import { type Command, Option } from 'commander'
import type { SigningRecordOptions } from '../actions/signing-record.js'

const withFolder = (command: Command): Command =>
  command
    .addOption(new Option('--config <file>', "the oracle's configuration, which names its data folder"))
    .addOption(new Option('--data-dir <dir>', "the oracle's data folder").conflicts('config'))
    .option('--json', 'one JSON object on stdout')

export function oracleCommand(program: Command): void {
  const oracle = program.command('oracle').description('what an oracle keeps; it must be stopped')
  const record = oracle.command('signing-record').description('what the oracle has signed, and must not contradict')
  withFolder(record.command('export').description('write it to a file, to take along to another disk').argument('<file>')).action(
    async (file: string, options: SigningRecordOptions) => (await import('../actions/signing-record.js')).exportTo(file, options)
  )
  withFolder(
    record
      .command('import')
      .description('add one; the oracle signs from the second epoch after its next start on')
      .argument('<file>')
  ).action(async (file: string, options: SigningRecordOptions) =>
    (await import('../actions/signing-record.js')).importFrom(file, options)
  )
}
