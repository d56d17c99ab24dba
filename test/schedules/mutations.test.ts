import { describe, expect, test, vi } from 'vitest'
import type { AgreementEvent, AgreementState } from '../../packages/oracle/src/agreement/state.js'
import type { Invariant } from './invariants.js'
import type { Fault, Loss } from './member.js'
import { ALL_RULES, type Rules } from './rules.js'
import { runSchedule } from './schedule.js'

/** Rules inside the reducer: what it would remember without them. */
type Memory = 'one digest a view' | 'the view rule' | 'the duty to repeat'

const reducer = vi.hoisted(() => ({ forgets: null as Memory | null }))

vi.mock('../../packages/oracle/src/agreement/reduce.js', async (load) => {
  const real = await load<typeof import('../../packages/oracle/src/agreement/reduce.js')>()
  return {
    ...real,
    reduceAgreement: (state: AgreementState, event: AgreementEvent, timing: never) => {
      const step = real.reduceAgreement(forgetful(state, event), event, timing)
      // Forgotten for one step: who never knew what it gave up would say so for ever.
      return { ...step, state: { ...step.state, timedOut: new Set([...state.timedOut, ...step.state.timedOut]) } }
    }
  }
})

function forgetful(state: AgreementState, event: AgreementEvent): AgreementState {
  if (reducer.forgets === 'the view rule' && event.type === 'checked') {
    return { ...state, timedOut: new Set() }
  }
  if (reducer.forgets === 'the duty to repeat') {
    const proposals = new Map([...state.proposals].map(([view, proposal]) => [view, { ...proposal, duty: null }]))
    return { ...state, proposals }
  }
  if (reducer.forgets === 'one digest a view' && event.type === 'propose') {
    const proposals = new Map([...state.proposals].filter(([view]) => view !== event.propose.view))
    return { ...state, proposals, attested: new Map() }
  }
  return state
}

interface Mutation {
  /** Null for one that is in the reducer alone. */
  rule: keyof Rules | null
  /** A rule with two guards is only seen to be needed without both. */
  forgets?: Memory
  /** The first of these that fails is enough. */
  expected: readonly Invariant[]
  kinds: readonly Fault[]
  /** Where it shows soonest. @default 7 */
  n?: number
  /** V4 holds with any number of liars, and with many of them is tried more often. @default 2 */
  faulty?: number
  loss?: Exclude<Loss, 'nothing'>
}

/** What goes wrong without each rule, and under which faults it is looked for. */
const MUTATIONS: readonly Mutation[] = [
  { rule: 'recompute', expected: ['V1'], kinds: ['bad-root'] },
  { rule: 'record', forgets: 'one digest a view', expected: ['V4'], kinds: ['equivocate'] },
  { rule: 'record', forgets: 'the view rule', expected: ['V4'], kinds: ['silent', 'delay'] },
  { rule: 'quorum', expected: ['V5'], kinds: ['censor'] },
  { rule: 'attestations', expected: ['V1'], kinds: ['bad-root'] },
  { rule: 'fsync', expected: ['V4'], kinds: ['equivocate'] },
  { rule: 'recovery', expected: ['V4'], kinds: ['equivocate'], n: 4, faulty: 2, loss: 'record' },
  { rule: 'recovery', expected: ['V4'], kinds: ['equivocate'], n: 4, faulty: 2, loss: 'backup' },
  { rule: 'storage', expected: ['V7'], kinds: ['bad-root', 'censor', 'equivocate'] },
  { rule: null, forgets: 'the duty to repeat', expected: ['rule 4'], kinds: ['afresh'] },
  { rule: 'chainHead', expected: ['rule 8'], kinds: ['silent'] }
]

/** More than enough: with a rule off most histories fail, and with all of them on none does. */
const MAX_SCHEDULES = 1_500

async function failures(mutation: Mutation, isOff: boolean, schedules: number): Promise<Set<Invariant>> {
  const found = new Set<Invariant>()
  const { expected, faulty = 2, forgets = null, kinds, loss = null, n = 7, rule } = mutation
  const rules = isOff && rule !== null ? { ...ALL_RULES, [rule]: false } : ALL_RULES
  reducer.forgets = isOff ? forgets : null
  for (let i = 0; i < schedules && !expected.some((invariant) => found.has(invariant)); i++) {
    const init = { n, faulty, kinds, loss, rules, seed: `mutation ${i}` }
    for (const { invariant } of (await runSchedule(init)).violations) {
      found.add(invariant)
    }
  }
  reducer.forgets = null
  return found
}

describe.each(MUTATIONS)('without the rule $rule $forgets (lost: $loss)', (mutation) => {
  test('a check fails', { timeout: 120_000 }, async () => {
    const found = await failures(mutation, true, MAX_SCHEDULES)
    expect(mutation.expected.some((invariant) => found.has(invariant))).toBe(true)
  })

  test('and with it none does', { timeout: 60_000 }, async () => {
    const found = await failures(mutation, false, 25)
    expect([...found].filter((invariant) => mutation.faulty === undefined || mutation.expected.includes(invariant))).toEqual([])
  })
})

/** V2 is the contract's, V4 each member's own and V5 a matter of quorum sizes: these hold with any number of liars. */
describe('with f+1 faulty members', { timeout: 60_000 }, () => {
  const found = async (n: number, faulty: number, kinds: readonly Fault[], invariant: Invariant): Promise<boolean> => {
    for (let i = 0; i < 60; i++) {
      const { violations } = await runSchedule({ n, faulty, kinds, loss: null, seed: `f+1 ${i}` })
      if (violations.some((one) => one.invariant === invariant)) {
        return true
      }
    }
    return false
  }

  test.each([
    { n: 4, faulty: 2 },
    { n: 7, faulty: 3 }
  ])('of $n: those who attest whatever they like bring a made-up report on the chain', async ({ faulty, n }) => {
    expect(await found(n, faulty, ['bad-root'], 'V1')).toBe(true)
  })

  test.each([
    { n: 4, faulty: 2 },
    { n: 7, faulty: 3 }
  ])('of $n: those who are silent stop the committee', async ({ faulty, n }) => {
    expect(await found(n, faulty, ['silent'], 'V6')).toBe(true)
  })

  test('of 4: they need not show anybody what they committed', async () => {
    expect(await found(4, 2, ['bad-root'], 'V7')).toBe(true)
  })
})
