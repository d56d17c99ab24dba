import { envelopeId, type LedgerState, type Report } from '@cortensor/protocols'
import { deriveReport, initialLedger, type ReportInput } from '../src/index.js'
import { agreed, epoch, GENESIS_MS, miners, presence, recordsOf } from './world.js'

export const genesis = initialLedger(GENESIS_MS)
export const presences = await Promise.all(miners.map(presence))

/** The state after an epoch that did nothing but bind the miners. */
const { input: firstInput } = await epoch(genesis, agreed({ items: presences }))
export const first = deriveReport(firstInput)
export const bound: LedgerState = first.state

/** The same, where everybody has answered rounds before. */
export const proved: LedgerState = { ...bound, reputations: recordsOf(miners) }

export const derive = async (items: readonly Uint8Array[], state = bound, changes: Partial<ReportInput> = {}) =>
  deriveReport((await epoch(state, agreed({ items }), first.cid, changes)).input)

/** Why each of these items does not count, null when it does. */
export const excludedFrom = ({ exclusions }: Report, items: readonly Uint8Array[]) =>
  items.map((item) => exclusions.find((exclusion) => exclusion.item === envelopeId(item))?.reason ?? null)

export const sumOf = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n)
