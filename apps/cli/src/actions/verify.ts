import { readFileSync, statSync } from 'node:fs'
import { createVerifier } from '@cortensor/crypto'
import type { EpochNumber, Hex32 } from '@cortensor/interface'
import {
  type ArchiveVerification,
  createLogger,
  type EpochVerification,
  MAX_ARCHIVE_BYTES,
  verifyArchive,
  verifyEpoch
} from '@cortensor/node'
import { connect } from '../connect.js'
import type { ConnectOptions } from '../connect-options.js'
import { cliError } from '../errors.js'
import { createOutput, formatCor } from '../output.js'
import { using } from '../run.js'

export interface VerifyOptions extends ConnectOptions {
  json?: boolean
  offline?: string
  digest?: Hex32
}

/** Checks an epoch, and makes the exit code say how that went. */
export async function verify(epoch: number, options: VerifyOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const checked = await check(epoch as EpochNumber, options)
  if (output.json) {
    output.value(checked)
  }
  output.line(
    `Epoch ${checked.epoch} is ${checked.valid ? 'valid' : 'NOT VALID'}${checked.reason === null ? '' : `: ${checked.reason}`}`
  )
  output.line(`  report        ${checked.reportCid}`)
  output.line(`  digest        ${checked.digest}`)
  output.line(`  transaction   ${checked.txHash}, view ${checked.view}`)
  output.line(`  attested by   ${checked.attesters.join(', ')}`)
  output.line(`  results root  ${checked.resultsRoot}  (${checked.results} results, ${checked.outcomes} quiz outcomes)`)
  output.line(`  rewards root  ${checked.rewardsRoot}  (${formatCor(BigInt(checked.rewards))} since the beginning)`)
  for (const unchecked of checked.unchecked) {
    output.line(`  not checked   ${unchecked}`)
  }
  process.exitCode = checked.valid ? 0 : 1
}

async function check(
  epoch: EpochNumber,
  options: VerifyOptions
): Promise<EpochVerification & Pick<ArchiveVerification, 'unchecked'>> {
  if (options.offline === undefined) {
    const { client, params, registry } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
    const checked = await using(client, () => verifyEpoch({ client, epoch, params, registry }))
    return { ...checked, unchecked: [] }
  }
  const { digest, offline } = options
  if (statSync(offline).size > MAX_ARCHIVE_BYTES) {
    throw cliError('CLI_BAD_OPTION', `${offline} is larger than an epoch can be (${MAX_ARCHIVE_BYTES} bytes)`)
  }
  const verifier = createVerifier()
  const checked = await verifyArchive({ bytes: readFileSync(offline), epoch, digest, verifier })
  return options.rpc === undefined ? checked : againstChain(checked, options)
}

/** With an RPC, the one thing that a file cannot show is asked of the chain. */
async function againstChain(checked: ArchiveVerification, options: VerifyOptions): Promise<ArchiveVerification> {
  const { client } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const held = await using(client, () => client.chain.commit(checked.epoch as EpochNumber))
  const isHeld = held?.digest === checked.digest
  const reason = checked.reason ?? (isHeld ? null : `the chain holds ${held?.digest ?? 'nothing'} for this epoch`)
  return { ...checked, valid: reason === null, reason, unchecked: checked.unchecked.filter((one) => !one.includes('digest')) }
}
