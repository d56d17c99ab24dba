import { instanceKey } from '@cortensor/protocols'
import type { Fault } from './member.js'
import { proposalKey, type SignedWord, type World } from './world.js'

export type Invariant = 'V1' | 'V2' | 'V3' | 'V4' | 'V5' | 'V6' | 'V7' | 'rule 4' | 'rule 8'

export interface Violation {
  invariant: Invariant
  message: string
}

/** Those that keep their word when they say something. */
const TONGUE_TIED: readonly Fault[] = ['silent', 'withhold', 'delay']

/**
 * What must hold however a schedule went. V1: what the chain took, and what A members attested, follows from observations. V2: commits
 * are contiguous and chained. V3: without liars, and when every leader could repeat what it should, one digest an instance has a
 * quorum. V4: no honest member attested two digests of one view, or one after its timeout. V5: what f+1 honest members held when they
 * observed is reported. V7: an honest member has what the chain took. Rule 8: honest members sign only for what their head shows.
 * Rule 4: nobody honest attests what replaces a report that it attested before and that the leader had to repeat. (V6, progress, is checked where the schedule runs.)
 */
export function violations(world: World): Violation[] {
  return [
    ...reportsFollow(world),
    ...chainIsOne(world),
    ...oneQuorum(world),
    ...nobodySlashable(world),
    ...nothingLost(world),
    ...dutiesHold(world)
  ]
}

function reportsFollow({ ledger, taken, signed, committee }: World): Violation[] {
  const found: Violation[] = []
  for (const { commit, report } of taken) {
    if (!report.fits || instanceKey(report.instance) !== instanceKey(commit.instance)) {
      found.push({ invariant: 'V1', message: `epoch ${commit.instance.epoch}: the chain took a report that does not follow` })
    }
  }
  const fitting = new Set([...ledger.reports.values()].filter(({ fits }) => fits).map(({ digest }) => digest))
  const bad = signed.filter(({ digest }) => digest !== null && !fitting.has(digest))
  return bad.length === 0 || committee.attestations === 0
    ? found
    : [...found, { invariant: 'V1', message: `member ${bad[0]?.member} attested a report that does not follow` }]
}

function chainIsOne({ ledger, signed }: World): Violation[] {
  const found: Violation[] = []
  ledger.commits.forEach(({ instance }, i) => {
    const prev = ledger.commits[i - 1]?.digest ?? `0x${'00'.repeat(32)}`
    if (instance.epoch !== i + 1 || instance.prev !== prev) {
      found.push({ invariant: 'V2', message: `epoch ${instance.epoch} in place ${i + 1} does not build on the one before` })
    }
  })
  const astray = signed.find(({ instance, shown }) => shown !== null && instanceKey(shown) !== instanceKey(instance))
  if (astray !== undefined) {
    const message = `member ${astray.member} signed for epoch ${astray.instance.epoch}, which its head does not show`
    found.push({ invariant: 'rule 8', message })
  }
  return found
}

function oneQuorum({ committee, fallbacks, members, rules, signed }: World): Violation[] {
  if (members.some(({ fault }) => fault !== null && !TONGUE_TIED.includes(fault)) || !rules.attestations) {
    return []
  }
  const attests = signed.filter(({ type }) => type === 'attest')
  return [...Map.groupBy(attests, ({ instance }) => instanceKey(instance))].flatMap(([key, own]) => {
    const groups = Map.groupBy(own, ({ digest, view }) => `${view}/${digest}`)
    const full = [...groups.values()].filter((group) => new Set(group.map(({ member }) => member)).size >= committee.attestations)
    const digests = new Set(full.map((group) => group[0]?.digest))
    return digests.size > 1 && !fallbacks.has(key)
      ? [{ invariant: 'V3' as const, message: `${digests.size} digests of epoch ${own[0]?.instance.epoch} have a quorum` }]
      : []
  })
}

function nobodySlashable({ accused, honest, signed }: World): Violation[] {
  const victim = honest.find(({ index }) => accused.has(index))
  if (victim !== undefined) {
    return [{ invariant: 'V4', message: `member ${victim.index} is honest, and others hold evidence against it` }]
  }
  const byView = Map.groupBy(signed, ({ instance, member, view }) => `${member}/${instanceKey(instance)}/${view}`)
  return [...byView.values()].flatMap((words) => {
    const [{ instance, member, view }] = words as [(typeof words)[number]]
    const where = `member ${member}, epoch ${instance.epoch}, view ${view}`
    const digests = new Set(words.flatMap(({ digest }) => digest ?? []))
    const firstTimeout = words.findIndex(({ type }) => type === 'timeout')
    const isLate = firstTimeout >= 0 && words.slice(firstTimeout).some(({ type }) => type === 'attest')
    return [
      ...(digests.size > 1 ? [{ invariant: 'V4' as const, message: `${where}: ${digests.size} digests attested` }] : []),
      ...(isLate ? [{ invariant: 'V4' as const, message: `${where}: attested after its timeout` }] : [])
    ]
  })
}

function nothingLost({ faults, honest, taken }: World): Violation[] {
  const found: Violation[] = []
  for (const { commit, holders, report } of taken) {
    const missing = [...holders].filter(([item, count]) => count > faults && !report.items.has(item))
    if (missing.length > 0) {
      found.push({ invariant: 'V5', message: `epoch ${commit.instance.epoch} lacks ${missing.length} items that f+1 held` })
    }
    if (!honest.some(({ blocks }) => [report.report, ...report.buckets].every((block) => blocks.has(block)))) {
      found.push({
        invariant: 'V7',
        message: `no honest member has the report and the evidence of epoch ${commit.instance.epoch}`
      })
    }
  }
  return found
}

function dutiesHold({ duties, signed }: World): Violation[] {
  const attests = signed.filter(({ type }) => type === 'attest')
  const broken = attests.find((word, i) => {
    const duty = duties.get(proposalKey(word.instance, word.view, word.digest)) ?? word.digest
    const isOwn = (other: SignedWord): boolean =>
      other.member === word.member && other.digest === duty && instanceKey(other.instance) === instanceKey(word.instance)
    return duty !== word.digest && attests.slice(0, i).some(isOwn)
  })
  const where = `member ${broken?.member}, epoch ${broken?.instance.epoch}, view ${broken?.view}`
  return broken === undefined
    ? []
    : [{ invariant: 'rule 4', message: `${where}: attested another report than the one to repeat` }]
}
