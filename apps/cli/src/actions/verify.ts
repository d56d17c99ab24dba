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
import { readInputFile } from '../input-file.js'
import { createOutput, formatCor } from '../output.js'
import { using } from '../run.js'

export interface VerifyOptions extends ConnectOptions {
  json?: boolean
  offline?: string
  digest?: Hex32
}

/** Checks an epoch, and makes the exit code say how that went: 2 stands for a file that only agrees with itself. */
export async function verify(epoch: number, options: VerifyOptions): Promise<void> {
  const output = createOutput(options.json === true)
  const checked = await check(epoch as EpochNumber, options)
  const isAnchored = options.offline === undefined || options.digest !== undefined || options.rpc !== undefined
  if (output.json) {
    output.value({ ...checked, isAnchored })
  }
  output.line(`Epoch ${checked.epoch} ${describe(checked, isAnchored)}`)
  output.line(`  report        ${checked.reportCid}`)
  output.line(`  digest        ${checked.digest}`)
  output.line(`  transaction   ${checked.txHash}, view ${checked.view}`)
  output.line(`  attested by   ${checked.attesters.join(', ')}`)
  output.line(`  results root  ${checked.resultsRoot}  (${checked.results} results, ${checked.outcomes} quiz outcomes)`)
  const slashed = checked.slashings === 0 ? '' : `; ${checked.slashings} miners lose stake`
  output.line(`  rewards root  ${checked.rewardsRoot}  (${formatCor(BigInt(checked.rewards))} since the beginning${slashed})`)
  for (const unchecked of checked.unchecked) {
    output.line(`  not checked   ${unchecked}`)
  }
  process.exitCode = checked.valid ? (isAnchored ? 0 : 2) : 1
}

function describe({ reason, valid }: EpochVerification, isAnchored: boolean): string {
  if (!valid) {
    return `is NOT VALID${reason === null ? '' : `: ${reason}`}`
  }
  return isAnchored
    ? 'is valid'
    : 'agrees with itself; say --digest HASH, or --rpc URL and --registry ADDRESS to hold it against the chain'
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
  const bytes = readInputFile(offline, 'an epoch', MAX_ARCHIVE_BYTES)
  const checked = await verifyArchive({ bytes, epoch, digest, verifier: createVerifier() })
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
