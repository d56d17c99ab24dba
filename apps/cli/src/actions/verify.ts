import type { EpochNumber } from '@cortensor/interface'
import { createLogger, verifyEpoch } from '@cortensor/node'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { createOutput, formatCor } from '../output.js'
import { using } from '../run.js'

export interface VerifyOptions extends ConnectOptions {
  json?: boolean
}

/** Checks an epoch, and makes the exit code say how that went. */
export async function verify(epoch: number, options: VerifyOptions): Promise<void> {
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
}
