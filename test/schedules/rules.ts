import type { Committee, KeyValue } from '@cortensor/interface'
import { utf8ToBytes } from '@cortensor/utils'
import { MARKER_KEY } from '../../packages/oracle/src/record/entries.js'

/** The rules that a mutation can switch off from outside of the oracle, one at a time. */
export interface Rules {
  /** Rule 5: attest only what the own recomputation gives. */
  recompute: boolean
  /** Q = n - f observations and timeouts. */
  quorum: boolean
  /** A = f + 1 attestations. */
  attestations: boolean
  /** Rule 11: the signing record refuses what contradicts it. */
  record: boolean
  /** Rule 11: what is signed is on disk before it leaves. */
  fsync: boolean
  /** Rule 11: whoever lost its record waits for the second epoch after. */
  recovery: boolean
  /** Rule 5: the report and its evidence are stored here before it is attested. */
  storage: boolean
  /** Rules 5 and 8: only the instance that the head shows is worked on. */
  chainHead: boolean
}

export const ALL_RULES: Rules = {
  recompute: true,
  quorum: true,
  attestations: true,
  record: true,
  fsync: true,
  recovery: true,
  storage: true,
  chainHead: true
}

/** The committee as oracles and contract with these rules take it to be. */
export function committeeUnder(committee: Committee, rules: Rules): Committee {
  const { faults } = committee
  return {
    ...committee,
    faults: rules.quorum ? faults : Math.min(2 * faults, committee.members.length - 1),
    attestations: rules.attestations ? committee.attestations : faults
  }
}

/** The disk as it is with these rules. */
export async function diskUnder(disk: KeyValue, rules: Rules): Promise<KeyValue> {
  if (!rules.recovery) {
    await disk.put(MARKER_KEY, utf8ToBytes('from 1'), { sync: true })
  }
  return rules.fsync
    ? disk
    : {
        ...disk,
        put: (key, value) => disk.put(key, value),
        batch: (operations) => disk.batch(operations)
      }
}
