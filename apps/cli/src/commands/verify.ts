import type { Command } from 'commander'
import type { VerifyOptions } from '../actions/verify.js'
import { withConnectOptions } from '../connect-options.js'
import { wholeNumber } from '../options.js'

export function verifyCommand(program: Command): void {
  const verify = program.command('verify').description('check what the network has committed')
  withConnectOptions(
    verify
      .command('epoch')
      .description('fetch the report of an epoch, check every signature in it, and derive it again')
      .argument('<n>', 'number of the epoch', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option('--json', 'one JSON object on stdout')
  ).action(async (epoch: number, options: VerifyOptions) => (await import('../actions/verify.js')).verify(epoch, options))
}
