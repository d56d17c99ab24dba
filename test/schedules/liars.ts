import { instanceKey, type OracleMessage } from '@cortensor/protocols'
import type { Member } from './member.js'
import type { World } from './world.js'

/** What faulty members say besides what they were asked: old messages again, timeouts of any view, attestations of anything. */
export function lie(world: World, self: Member): void {
  const { ledger, log, rng } = world
  if (self.state === null || !self.isUp) {
    return
  }
  const { instance, state } = self
  const to = world.members.filter((other) => other.fault === null && rng.next() < 0.5)
  const send = (message: OracleMessage, envelope = world.envelope(self)): void => {
    for (const member of to) {
      world.deliver(member, message, envelope)
    }
  }
  const last = (): { view: number; report: never; digest: never } | null => {
    const known = [...ledger.reports.values()]
    const one = known[rng.int(0, known.length - 1)]
    return one === undefined ? null : { view: rng.int(0, state.view), report: one.report as never, digest: one.digest as never }
  }
  if (self.fault === 'replay') {
    const old = log[rng.int(0, log.length - 1)]
    if (old !== undefined) {
      send(old.message, old.envelope)
    }
  } else if (self.fault === 'stale') {
    self.sendTimeout({ instance, view: rng.int(0, state.view), last: state.last })
  } else if (self.fault === 'equivocate' || self.fault === 'bad-root') {
    const view = rng.int(0, state.view + 1)
    const own = [...ledger.reports.values()].filter((report) => instanceKey(report.instance) === instanceKey(instance))
    const one = own[rng.int(0, own.length - 1)]
    if (rng.next() < 0.3) {
      self.sendTimeout({ instance, view, last: rng.next() < 0.5 ? null : last() })
    } else if (one !== undefined) {
      self.sign(view, one)
    }
  }
}
