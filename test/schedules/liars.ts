import type { EpochNumber } from '@cortensor/interface'
import { encodeOracleMessage, instanceKey, type OpenedEnvelope, type OracleMessage, type Timeout } from '@cortensor/protocols'
import type { SigningRecord } from '../../packages/oracle/src/record/signing-record.js'
import { NO_WORDS } from '../../packages/oracle/src/record/words.js'
import type { Member } from './member.js'
import { attestAnything } from './publisher.js'

/** A liar writes nothing down. */
export const CARELESS: SigningRecord = {
  open: async () => {},
  fromEpoch: 0 as EpochNumber,
  recall: async () => NO_WORDS,
  attest: async () => {},
  giveUp: async () => {},
  propose: async () => {}
}

/** What faulty members say besides what they were asked: old messages again, timeouts of any view, attestations of anything. */
export async function lie(member: Member): Promise<void> {
  const { world, state } = member
  const { ledger, log, rng } = world
  if (state === null || !member.isUp) {
    return
  }
  const { instance } = state
  const to = world.members.filter((other) => other.fault === null && rng.next() < 0.5)
  const send = (message: OracleMessage, envelope: OpenedEnvelope): void => {
    for (const other of to) {
      world.deliver(other, message, envelope)
    }
  }
  const giveUp = async (timeout: Timeout): Promise<void> => {
    const message = { type: 'timeout' as const, ...timeout }
    const envelope = await member.publisher.seal('oracle', encodeOracleMessage(message), 60_000)
    world.noteTimeout(message, envelope)
    send(message, envelope)
  }
  const anyLast = (view: number): Timeout['last'] => {
    const known = [...ledger.reports.values()]
    const one = known[rng.int(0, known.length - 1)]
    return one === undefined ? null : { view: rng.int(0, view), report: one.report, digest: one.digest }
  }
  if (member.fault === 'replay') {
    const old = log[rng.int(0, log.length - 1)]
    if (old !== undefined) {
      send(old.message, old.envelope)
    }
  } else if (member.fault === 'stale') {
    const view = rng.int(0, state.view)
    await giveUp({ instance, view, last: state.last === null || state.last.view > view ? null : state.last })
  } else if (member.fault === 'equivocate' || member.fault === 'bad-root') {
    const view = rng.int(0, state.view + 1)
    const own = [...ledger.reports.values()].filter((report) => instanceKey(report.instance) === instanceKey(instance))
    const one = own[rng.int(0, own.length - 1)]
    if (rng.next() < 0.3) {
      await giveUp({ instance, view, last: rng.next() < 0.5 ? null : anyLast(view) })
    } else if (one !== undefined) {
      await attestAnything(member, view, one.digest)
    }
  }
}
