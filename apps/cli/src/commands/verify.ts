import type { EpochNumber } from '@cortensor/interface'
import { createLogger, verifyEpoch } from '@cortensor/node'
import type { Command } from 'commander'
import { type ConnectOptions, connect, withConnectOptions } from '../connect.js'
import { wholeNumber } from '../options.js'
import { createOutput, formatCor } from '../output.js'
import { using } from '../run.js'

export function verifyCommand(program: Command): void {
  const verify = program.command('verify').description('check what the network has committed')
  withConnectOptions(
    verify
      .command('epoch')
      .description('fetch the report of an epoch, check every signature in it, and derive it again')
      .argument('<n>', 'number of the epoch', wholeNumber(1, Number.MAX_SAFE_INTEGER))
      .option('--json', 'one JSON object on stdout')
  ).action(async (epoch: number, options: ConnectOptions & { json?: boolean }) => {
    const output = createOutput(options.json === true)
    const { client, params, registry } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
    const checked = await using(client, () => verifyEpoch({ client, epoch: epoch as EpochNumber, params, registry }))
    if (output.json) {
      output.value(checked)
    }
    output.line(
      `Epoch ${checked.epoch} is ${checked.valid ? 'valid' : 'NOT VALID'}${checked.reason === null ? '' : `: ${checked.reason}`}`
    )
    output.line(`  report        ${checked.reportCid}`)
    output.line(`  transaction   ${checked.txHash}, view ${checked.view}`)
    output.line(`  attested by   ${checked.attesters.join(', ')}`)
    output.line(`  results root  ${checked.resultsRoot}  (${checked.results} results, ${checked.outcomes} quiz outcomes)`)
    output.line(`  rewards root  ${checked.rewardsRoot}  (${formatCor(BigInt(checked.rewards))} since the beginning)`)
    process.exitCode = checked.valid ? 0 : 1
  })
}
