import type { Privacy, TokenAmount } from '@cortensor/interface'
import { preferencesOf } from '@cortensor/scheduler'
import { utf8Length } from '@cortensor/utils'
import { cliError } from './errors.js'

export interface PreferenceOptions {
  privacy?: Privacy | undefined
  /** In micro-COR, as the next one. */
  minStake?: TokenAmount | undefined
  stakeAbove?: TokenAmount | undefined
}

/** What routers read of a session's wishes stands in its metadata, as JSON, beside what programs wrote there. */
export function withPreferences(metadata: string, { minStake, privacy, stakeAbove }: PreferenceOptions): string {
  if (minStake === undefined && privacy === undefined && stakeAbove === undefined) {
    return metadata
  }
  let known: unknown
  try {
    known = metadata === '' ? {} : JSON.parse(metadata)
  } catch {
    known = null
  }
  if (typeof known !== 'object' || known === null || Array.isArray(known)) {
    throw cliError(
      'CLI_BAD_OPTION',
      '--privacy, --min-stake and --stake-above are kept in the metadata, which must be a JSON object for them: say --metadata {}'
    )
  }
  const written = JSON.stringify({
    ...known,
    ...(privacy === undefined ? {} : { privacy }),
    ...(minStake === undefined ? {} : { minStake: String(minStake) }),
    ...(stakeAbove === undefined ? {} : { stakeAbove: String(stakeAbove) })
  })
  const read = preferencesOf(written)
  const isRead =
    read.privacy === (privacy ?? read.privacy) &&
    read.minStake === (minStake ?? read.minStake) &&
    read.stakeAbove === (stakeAbove ?? read.stakeAbove)
  if (!isRead) {
    throw cliError(
      'CLI_BAD_OPTION',
      `Routers would not read --privacy, --min-stake or --stake-above in ${utf8Length(written)} bytes of metadata; shorten it with --metadata`
    )
  }
  return written
}
