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
import { type ConnectOptions, namesChain } from '../connect-options.js'
import { cliError } from '../errors.js'
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
  if (options.digest !== undefined && options.offline === undefined) {
    throw cliError('CLI_BAD_OPTION', '--digest is for a file; name it with --offline. Without one the chain is asked itself')
  }
  const output = createOutput(options.json === true)
  const checked = await check(epoch as EpochNumber, options)
  const isAnchored = options.offline === undefined || options.digest !== undefined || namesChain(options)
  if (output.json) {
    output.value({ ...checked, isAnchored })
  }
  output.line(`Epoch ${checked.epoch} ${describe(checked, isAnchored)}`)
  output.line(`  report        ${checked.reportCid}`)
  output.line(`  digest        ${checked.digest}`)
  output.line(`  transaction   ${checked.txHash}, view ${checked.view}`)
  output.line(`  attested by   ${checked.attesters.join(', ')}`)
  output.line(`  results root  ${checked.resultsRoot}  (${checked.results} results, ${checked.outcomes} quiz outcomes)`)
  const slashed = checked.slashings === 0 ? '' : `; slashed so far: ${checked.slashings}`
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
    : 'agrees with itself; say --digest HASH, --data-dir DIR, or --rpc URL and --registry ADDRESS to hold it against the chain'
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
  return namesChain(options) ? againstChain(checked, options) : checked
}

/** Where a chain is named, the one thing that a file cannot show is asked of the chain. */
async function againstChain(checked: ArchiveVerification, options: VerifyOptions): Promise<ArchiveVerification> {
  const { client } = connect(options, createLogger({ level: 'error', destination: 'stderr' }))
  const held = await using(client, () => client.chain.commit(checked.epoch as EpochNumber))
  const isHeld = held?.digest === checked.digest
  const reason = checked.reason ?? (isHeld ? null : `the chain holds ${held?.digest ?? 'nothing'} for this epoch`)
  return { ...checked, valid: reason === null, reason, unchecked: checked.unchecked.filter((one) => !one.includes('digest')) }
}
