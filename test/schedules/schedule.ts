import { createSeededRng } from '@cortensor/utils'
import { type Invariant, type Violation, violations } from './invariants.js'
import { committeeOf } from './ledger.js'
import { lie } from './liars.js'
import type { Fault, Loss, Member } from './member.js'
import type { Rules } from './rules.js'
import { REORG_DEPTH, TIMING, TRANSMIT_MS } from './timing.js'
import { World } from './world.js'

export const FAULTS: readonly Fault[] = [
  'silent',
  'equivocate',
  'withhold',
  'stale',
  'bad-root',
  'censor',
  'replay',
  'delay',
  'afresh'
]

export interface ScheduleInit {
  n: number
  seed: string
  rules?: Rules
  /** How many members fail. @default from the seed, at most f */
  faulty?: number
  /** What their faults are. @default from the seed */
  kinds?: readonly Fault[]
  /** What one of those that fail, which is honest, loses in a crash; null for nobody. @default from the seed */
  loss?: Exclude<Loss, 'nothing'> | null
}

export interface ScheduleResult {
  violations: Violation[]
  commits: number
  reorgs: number
  crashes: number
  views: number
  messages: number
}

/** What three members with a liar among them keep, by the specification: two honest ones are no quorum of their own. */
const OF_THREE: readonly Invariant[] = ['V1', 'V2', 'V4', 'rule 4', 'rule 8']

/** What happens in one history, as far as it is chosen beforehand. */
function plan(init: ScheduleInit) {
  const rng = createSeededRng(`schedule/${init.n}/${init.seed}`)
  const f = committeeOf(init.n).faults
  const faulty = init.faulty ?? rng.int(0, f)
  const order = rng.shuffle(Array.from({ length: init.n }, (_, i) => i))
  const chance = rng.next()
  const drawn: Loss = chance < 0.12 ? 'record' : chance < 0.24 ? 'backup' : 'nothing'
  const loss: Loss = faulty === 0 ? 'nothing' : init.loss === undefined ? drawn : (init.loss ?? 'nothing')
  const amnesiac = loss === 'nothing' ? undefined : order[0]
  const kinds = init.kinds ?? FAULTS
  const liars = order.slice(0, faulty).filter((member) => member !== amnesiac)
  const faults = new Map(liars.map((member) => [member, kinds[rng.int(0, kinds.length - 1)] as Fault]))
  const healMs = rng.int(2_000, 16_000)
  const reorgMs = rng.next() < 0.5 ? rng.int(TIMING.epochMs, healMs + 8_000) : null
  return { rng, f, loss, amnesiac, faults, healMs, reorgMs }
}

/** One history: a time in which messages get lost and late, members crash and the chain reorganises, then a time in which all heals. */
export async function runSchedule(init: ScheduleInit): Promise<ScheduleResult> {
  const { amnesiac, f, faults, healMs, loss, reorgMs, rng } = plan(init)
  const world = new World({ n: init.n, seed: init.seed, faults, ...(init.rules && { rules: init.rules }) })
  const { clock } = world
  let crashes = 0

  for (const member of world.members.filter(({ fault }) => fault !== 'silent')) {
    void member.start()
    if (member.fault !== null) {
      const again = (): void => {
        void lie(member)
        clock.after(world.isChaos ? 400 : 1_500, again)
      }
      clock.after(rng.int(0, 400), again)
    }
  }
  // Work arrives at some members at once, at others late or never.
  for (let item = 0; item < 12; item++) {
    const everybody = rng.next() < 0.5
    for (const member of world.members.filter(() => everybody || rng.next() < 0.6)) {
      clock.after(rng.int(0, 10_000), () => member.items.add(item))
    }
  }
  const kill = (member: Member, lost: Loss, downMs: number): void => {
    if (member.isUp && world.isChaos) {
      crashes++
      member.crash(lost)
      const backMs = Math.min(downMs, Math.max(0, healMs - world.nowMs))
      clock.after(backMs, () => void (lost === 'backup' ? member.restore() : Promise.resolve()).then(() => member.start()))
    }
  }
  if (loss === 'backup') {
    clock.after(rng.int(0, healMs), () => void world.members[amnesiac ?? 0]?.backUp())
  }
  let wordsLeft = rng.int(1, 4)
  world.onWord = (member, { type }) => {
    // A leader that has written down what it proposes, and may not get to say it.
    if (type === 'propose' && rng.next() < 0.15) {
      clock.after(rng.int(0, 8), () => kill(member, 'nothing', rng.int(1, 400)))
    }
    // Before the first commit a record may be missing because there was none yet: the one case in which rule 11 signs at once.
    if (member.index === amnesiac && world.ledger.commits.length > 0 && --wordsLeft === 0) {
      clock.after(rng.int(0, 8), () => kill(member, loss, rng.int(1, 100)))
    }
  }
  for (const member of world.honest.filter(() => rng.next() < 0.4)) {
    for (let i = rng.int(1, 3); i > 0; i--) {
      const atMs = rng.int(TIMING.epochMs - 200, Math.max(TIMING.epochMs, healMs - 500))
      clock.after(atMs, () => kill(member, 'nothing', rng.int(10, 2_000)))
    }
  }
  if (reorgMs !== null) {
    clock.after(reorgMs, () => world.reorg(rng.int(1, REORG_DEPTH)))
  }

  await world.runUntil(() => false, healMs)
  world.isChaos = false
  const all = [...(await recovers(world, Math.max(reorgMs ?? 0, healMs), f)), ...violations(world)]
  const found = all.filter(({ invariant }) => init.n > 3 || faults.size === 0 || OF_THREE.includes(invariant))
  const views = Math.max(0, ...world.taken.map(({ commit }) => commit.view))
  return { violations: found, commits: world.taken.length, reorgs: world.reorgs, crashes, views, messages: world.log.length }
}

/**
 * V6: committed within f+1 views of the highest that an honest member was in, timers and turns included; then once more from the start.
 * V5: what all honest members hold by then is in.
 */
async function recovers(world: World, healedMs: number, f: number): Promise<Violation[]> {
  await world.runUntil(() => false, healedMs)
  const found: Violation[] = []
  for (const round of ['what was under way', 'the next epoch']) {
    // All have seen the head by then, and know how far they got in it when it was the head before.
    await world.runUntil(() => false, world.nowMs + 150)
    const before = world.taken.length
    const { epoch } = world.ledger.next
    const isFresh = round === 'the next epoch'
    const held = isFresh ? heldByAll(world) : []
    const view = Math.max(0, ...world.honest.map(({ state }) => (state?.instance.epoch === epoch ? state.view : 0)))
    const viewsMs = Array.from({ length: f + 2 }, (_, i) => Math.min(TIMING.viewMs * 1.5 ** (view + i), TIMING.epochMs))
    const boundMs = viewsMs.reduce((sum, ms) => sum + ms, 0) + TIMING.heartbeatMs + (f + 2) * TRANSMIT_MS + 1_000
    if (!(await world.runUntil(() => world.taken.length > before, world.nowMs + boundMs))) {
      return [
        ...found,
        { invariant: 'V6' satisfies Invariant, message: `${round}: no commit in ${boundMs} ms after view ${view}` }
      ]
    }
    const committed = world.taken.at(-1)?.commit
    if (committed !== undefined && committed.instance.epoch === epoch && committed.view > view + f + 1) {
      found.push({ invariant: 'V6', message: `${round}: committed in view ${committed.view}, ${view} was the highest` })
    }
    const missing = held.filter((item) => committed?.items.has(item) === false)
    if (missing.length > 0) {
      found.push({ invariant: 'V5', message: `${missing.length} items that all held were not in an epoch after healing` })
    }
  }
  // Everybody hears of it.
  await world.runUntil(() => false, world.nowMs + 200)
  return found
}

const heldByAll = ({ honest }: World): number[] =>
  [...(honest[0]?.items ?? [])].filter((item) => honest.every(({ items }) => items.has(item)))
