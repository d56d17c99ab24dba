import type { CidString } from '@cortensor/interface'
import type { HeldObservation } from '../../packages/oracle/src/agreement/state.js'
import type { Head } from '../../packages/oracle/src/head.js'
import type { ReportDesk } from '../../packages/oracle/src/report/desk.js'
import type { KnownReport, Observation } from './ledger.js'
import type { Member } from './member.js'

const failure = (why: string): DOMException => new DOMException(why, 'OperationError')

/** Reports as this world knows them; the time that fetching and deriving take, and that they may fail, are real. */
export function createDesk(member: Member): ReportDesk {
  const { world } = member
  const { clock, ledger, rng } = world
  const observationOf = (held: HeldObservation, head: Head): Observation => world.readObservation(held, head.instance)

  const derive = (held: readonly HeldObservation[], head: Head): KnownReport | null => {
    const { fault } = member
    if (fault === 'bad-root') {
      return ledger.makeUp(head.instance, `${rng.int(0, 3)}`)
    }
    const all = held.map((one) => observationOf(one, head))
    const reachable = all.filter(({ bucket }) => bucket === null || member.fetch(bucket))
    if (fault !== 'censor') {
      return ledger.derive(head.instance, reachable, world.quorum)
    }
    // As few observations as it may, those with the fewest items first.
    const poorest = reachable.sort((a, b) => a.items.size - b.items.size).slice(0, world.quorum)
    return ledger.derive(head.instance, poorest, world.quorum)
  }
  return {
    async observe(signal) {
      await clock.sleep(rng.int(0, 20), { signal })
      const { bucket, timeMs } = world.observe(member, member.items)
      return { timeMs, buckets: bucket === null ? [] : [bucket], measures: [] }
    },
    async derive(held, head, _patienceMs, signal) {
      await clock.sleep(rng.int(1, 60), { signal })
      const report = derive(held, head)
      if (report === null) {
        throw failure('too few observations can be had')
      }
      member.blocks.add(report.report)
      return report
    },
    async check({ digest, report }, head, signal) {
      await clock.sleep(rng.int(1, world.isChaos ? 500 : 100), { signal })
      const known = ledger.reports.get(report)
      const blocks: CidString[] = [report, ...(known?.buckets ?? [])]
      // All of them: what is left out of the first that is missing would not be served from here.
      if (known === undefined || !blocks.every((block) => member.fetch(block)) || (world.isChaos && rng.next() < 0.1)) {
        throw failure('a block can not be had')
      }
      const isTrusting = !world.rules.recompute || member.fault === 'bad-root'
      const isDerived = known.fits && known.instance.prev === head.instance.prev && known.instance.epoch === head.instance.epoch
      return known.digest === digest && (isDerived || isTrusting) ? known : null
    },
    recall: () => null,
    async keep() {}
  }
}
