import { sha256 } from '@cortensor/crypto'
import { bytesToHex, utf8ToBytes } from '@cortensor/utils'
import type { Scenario } from '../scenario/schema.js'

/** Version of the files of a run; another one is not read. */
export const RUN_VERSION = 1

/** What a run was made from, so that anybody can make it again. */
export interface Manifest {
  version: typeof RUN_VERSION
  scenario: Scenario
  /** SHA-256 of the checked scenario as canonical JSON, seed included. */
  scenarioHash: string
  durationMs: number
  /** Of the program. */
  programVersion: string
  nodeVersion: string
}

/** Keys in one order, so that equal values have equal texts. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(canonical)
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => [key, canonical(entry)])
    )
  }
  return value
}

export const scenarioHash = (scenario: Scenario): string => bytesToHex(sha256(utf8ToBytes(JSON.stringify(canonical(scenario)))))
