import { createSeededRng } from '@cortensor/utils'
import { type Invariant, type Violation, violations } from './invariants.js'
import { committeeOf } from './ledger.js'
import { lie } from './liars.js'
import type { Fault } from './member.js'
import type { Rules } from './rules.js'
import { TIMING, TRANSMIT_MS } from './timing.js'
import { World } from './world.js'

export const FAULTS: readonly Fault[] = ['silent', 'equivocate', 'withhold', 'stale', 'bad-root', 'censor', 'replay', 'delay']

export interface ScheduleInit {
  n: number
  seed: string
  rules?: Rules
  /** How many members fail. @default from the seed, at most f */
  faulty?: number
  /** What their faults are. @default from the seed */
  kinds?: readonly Fault[]
  /** Whether one of those that fail is honest, and loses its signing record in a crash. @default from the seed */
  losesRecord?: boolean
}

export interface ScheduleResult {
  violations: Violation[]
  commits: number
  reorgs: number
  crashes: number
  views: number
  messages: number
}

/** One history: a time in which messages get lost and late, members crash and the chain reorganises, then a time in which all heals. */
export function runSchedule(init: ScheduleInit): ScheduleResult {
  const rng = createSeededRng(`schedule/${init.n}/${init.seed}`)
  const f = committeeOf(init.n).faults
  const faulty = init.faulty ?? rng.int(0, f)
  const order = rng.shuffle(Array.from({ length: init.n }, (_, i) => i))
  const amnesiac = (init.losesRecord ?? rng.next() < 0.2) && faulty > 0 ? order[0] : undefined
  const kinds = init.kinds ?? FAULTS
  const isLiar = (member: number | undefined): boolean => member !== amnesiac
  const liars = order.slice(0, faulty).filter(isLiar)
  const faults = new Map(liars.map((member) => [member, kinds[rng.int(0, kinds.length - 1)] as Fault]))
  const world = new World({ n: init.n, seed: init.seed, faults, ...(init.rules && { rules: init.rules }) })
  let crashes = 0

  for (const member of world.members.filter(({ fault }) => fault !== 'silent')) {
    member.start()
    if (member.fault !== null) {
      const again = (): void => {
        lie(world, member)
        world.after(world.isChaos ? 400 : 1_500, again)
      }
      world.after(rng.int(0, 400), again)
    }
  }
  // Work arrives at some members at once, at others late or never.
  for (let item = 0; item < 12; item++) {
    const everybody = rng.next() < 0.5
    for (const member of world.members.filter(() => everybody || rng.next() < 0.6)) {
      world.after(rng.int(0, 10_000), () => member.disk.items.add(item))
    }
  }
  const healMs = rng.int(2_000, 16_000)
  for (const member of world.honest.filter(({ index }) => index === amnesiac || rng.next() < 0.4)) {
    for (let i = rng.int(1, 3); i > 0; i--) {
      const atMs = rng.int(TIMING.epochMs - 200, Math.max(TIMING.epochMs, healMs - 500))
      world.after(atMs, () => {
        if (member.isUp && world.isChaos) {
          crashes++
          // Before the first commit a record may be missing because there was none yet: the one case in which rule 11 signs at once.
          member.crash(member.index === amnesiac && world.ledger.commits.length > 0)
          world.after(Math.min(rng.int(10, 2_000), Math.max(0, healMs - world.nowMs)), () => member.start())
        }
      })
    }
  }
  const reorgsAt = rng.next() < 0.5 ? rng.int(TIMING.epochMs, healMs + 8_000) : Number.POSITIVE_INFINITY
  if (Number.isFinite(reorgsAt)) {
    world.after(reorgsAt, () => world.reorg(rng.int(1, 2)))
  }

  world.runUntil(() => false, healMs)
  world.isChaos = false
  const found = [...recovers(world, Number.isFinite(reorgsAt) ? Math.max(reorgsAt, healMs) : healMs, f), ...violations(world)]
  const views = Math.max(0, ...world.taken.map(({ commit }) => commit.view))
  return { violations: found, commits: world.taken.length, reorgs: world.reorgs, crashes, views, messages: world.log.length }
}

/** V6: within f+1 views of the highest that an honest member was in, and the turns to send it; then once more from the start. */
function recovers(world: World, healedMs: number, f: number): Violation[] {
  world.runUntil(() => false, healedMs)
  const found: Violation[] = []
  for (const round of ['what was under way', 'the next epoch']) {
    // All have seen the head by then, and know how far they got in it when it was the head before.
    world.runUntil(() => false, world.nowMs + 150)
    const before = world.taken.length
    const { epoch } = world.ledger.next
    const view = Math.max(0, ...world.honest.map(({ state }) => (state?.instance.epoch === epoch ? state.view : 0)))
    const viewsMs = Array.from({ length: f + 3 }, (_, i) => Math.min(TIMING.viewMs * 1.5 ** (view + i), TIMING.epochMs))
    const boundMs = viewsMs.reduce((sum, ms) => sum + ms, 0) + TIMING.heartbeatMs + (f + 2) * TRANSMIT_MS + 4_000
    if (!world.runUntil(() => world.taken.length > before, world.nowMs + boundMs)) {
      return [
        ...found,
        { invariant: 'V6' satisfies Invariant, message: `${round}: no commit in ${boundMs} ms after view ${view}` }
      ]
    }
    const committed = world.taken.at(-1)?.commit
    if (committed !== undefined && committed.instance.epoch === epoch && committed.view > view + f + 2) {
      found.push({ invariant: 'V6', message: `${round}: committed in view ${committed.view}, ${view} was the highest` })
    }
  }
  // Everybody hears of it.
  world.runUntil(() => false, world.nowMs + 200)
  return found
}
